"""Bad webhooks to the real intake: each is refused with what is wrong, or kept as a rejection, and nothing stops."""

import hashlib
import hmac
import http.client
import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from aerostic_emulator import seed
from sqlalchemy import text

from aerostic.db import service_scope, transaction
from tests.e2e.house import House
from tests.e2e.reckoning import Watch, reckon
from tests.e2e.shop import Shop, open_shop
from tests.support.processes import eventually

pytestmark = pytest.mark.kill
LIMIT = 3 * 1024 * 1024
REJECTIONS = text("SELECT reason FROM webhook_rejection WHERE tenant_id = :tenant ORDER BY reason")


@pytest.fixture
def shop(home: House) -> Iterator[Shop]:
    """A shop in the middle of a campaign: whatever comes in between, the campaign comes to its end."""
    shop = open_shop(home, 200)
    with Watch(shop) as watch:
        yield shop
        reckon(shop, watch)
    assert "Traceback" not in home.up.text


def post(shop: Shop, body: bytes, signature: str = "", **headers: str) -> tuple[int, str]:
    """Status and text of the answer."""
    address = urlsplit(shop.house.hooks)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
    signed = signature or "sha256=" + hmac.new(seed.APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
    try:
        connection.request("POST", f"/whatsapp/{shop.endpoint}", body, {"X-Hub-Signature-256": signed, **headers})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def rejections(shop: Shop) -> list[str]:
    """Why webhooks of the shop were put aside."""
    with shop.house.inside(), transaction(service_scope("statuses")) as session:
        return list(session.scalars(REJECTIONS, {"tenant": shop.tenant_id}))


def test_a_wrong_signature_is_refused_and_says_where_to_look(shop: Shop) -> None:
    for wrong in ("sha256=" + "0" * 64, "sha256=", "sha1=abc", "\xe9"):
        assert post(shop, b"{}", wrong) == (401, "The signature does not match: check the channel's app secret.")


def test_more_than_three_megabytes_are_refused_before_they_are_sent(shop: Shop) -> None:
    address = urlsplit(shop.house.hooks)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
    connection.putrequest("POST", f"/whatsapp/{shop.endpoint}")
    connection.putheader("Content-Length", str(LIMIT + 1))
    connection.endheaders()
    answer = connection.getresponse()
    assert (answer.status, answer.read().decode()) == (413, f"A webhook may have {LIMIT} bytes.")
    connection.close()


def test_what_is_genuine_but_cannot_be_read_is_kept_as_a_rejection(shop: Shop) -> None:
    unknown = {"entry": [{"id": "1", "changes": [{"field": "never_seen", "value": {"a": 1}}]}]}
    for body in (b"not JSON", b"\x00\xff", b"[]", b"x" * LIMIT, json.dumps(unknown).encode(), b'{"entry": 7}'):
        assert post(shop, body) == (200, "")
    eventually(lambda: len(rejections(shop)) >= 4, 30, "no rejections")


def test_an_unknown_address_is_not_found(shop: Shop) -> None:
    address = urlsplit(shop.house.hooks)
    for path in ("/whatsapp/nobody", "/", "/whatsapp", "/telegram/x", "/whatsapp/%00", "/whatsapp/" + "a" * 5000):
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
        connection.request("POST", path, b"{}")
        assert connection.getresponse().status == 404
        connection.close()
