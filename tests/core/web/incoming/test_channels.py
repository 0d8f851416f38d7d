"""The intake answers 200 only to what is genuine and kept."""

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError
from sqlalchemy import update

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.inbound.endpoints import KEPT_SECONDS
from aerostic.messaging.inbound.received import Received
from aerostic.messaging.models import ChannelAccount
from aerostic.settings import Settings
from aerostic.streams.intake import Intake
from aerostic.web.incoming.server import Incoming, create_incoming
from tests.support.factories import make_account, make_tenant
from tests.support.incoming import Answered, reply

BODY = b'{"entry": [], "note": "raw \\u00e4 bytes"}'
SIGNATURE = "HTTP_X_HUB_SIGNATURE_256"


@pytest.fixture
def stream(settings: Settings, redis: Redis) -> Intake:
    return Intake(redis, settings.redis_prefix, 1000)


def signed(body: bytes, secret: str = "app-secret") -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def call(incoming: Incoming, path: str, body: bytes | Iterator[bytes] = b"", **environ: Any) -> Answered:
    """The answer to one request; to one whose body is in one part, signed."""
    told: dict[str, Any] = {"PATH_INFO": path}
    if isinstance(body, bytes):
        told |= {"CONTENT_LENGTH": len(body), SIGNATURE: signed(body)}
    return reply(incoming, told | environ, body)


def waiting(stream: Intake) -> list[Received]:
    return [Received.from_fields(fields) for _, fields in stream.read("test", 10, 1)]


def path(account: ChannelAccount) -> str:
    return f"/whatsapp/{account.endpoint}"


def test_a_genuine_webhook_is_kept_sealed_and_answered(
    incoming: Incoming, account: ChannelAccount, stream: Intake, redis: Redis, settings: Settings
) -> None:
    answer = call(incoming, path(account), BODY)
    assert (answer.status, answer.body) == (200, "")
    ((_, fields),) = redis.xrange(f"{settings.redis_prefix}:intake")
    assert b"note" not in b"".join(fields.values())
    (received,) = waiting(stream)
    assert (received.tenant_id, received.account_id, received.channel, received.body) == (
        account.tenant_id,
        account.id,
        "whatsapp",
        BODY,
    )


def test_what_is_genuine_but_not_json_is_kept_too(incoming: Incoming, account: ChannelAccount, stream: Intake) -> None:
    assert call(incoming, path(account), b"\xff{nonsense").status == 200
    assert [received.body for received in waiting(stream)] == [b"\xff{nonsense"]


@pytest.mark.parametrize(
    "signature", [None, "", "sha256=", "sha256=00", signed(BODY, "another"), signed(BODY)[7:], "sha256=\xe4", "sha1=00"]
)
def test_a_wrong_signature_is_refused(
    incoming: Incoming, account: ChannelAccount, stream: Intake, signature: str | None
) -> None:
    status, text, _ = call(incoming, path(account), BODY, **{SIGNATURE: signature})
    assert (status, text) == (401, "The signature does not match: check the channel's app secret.")
    assert waiting(stream) == []


def test_a_signature_counts_for_the_raw_bytes(incoming: Incoming, account: ChannelAccount) -> None:
    assert call(incoming, path(account), BODY + b" ", **{SIGNATURE: signed(BODY)}).status == 401


def test_an_account_without_a_secret_takes_nothing(incoming: Incoming, app: Flask) -> None:
    account = make_account(make_tenant().id, credentials={"token": "t"})
    assert call(incoming, path(account), BODY, **{SIGNATURE: signed(BODY, "")}).status == 401


@pytest.mark.parametrize(
    "where", ["/", "/whatsapp", "/whatsapp/", "/whatsapp/nobody", "/whatsapp/a/b", "/sms/{}", "/whatsapp/\x00"]
)
def test_an_unknown_address_is_not_found(incoming: Incoming, account: ChannelAccount, where: str) -> None:
    assert call(incoming, where.format(account.endpoint), BODY).status == 404


@pytest.mark.parametrize("announced", [4_000_000, None])
def test_a_body_over_the_limit_is_refused_without_reading_it_all(
    incoming: Incoming, account: ChannelAccount, settings: Settings, announced: int | None
) -> None:
    taken: list[bytes] = []

    def endless() -> Iterator[bytes]:
        while True:
            taken.append(b"x" * 65_536)
            yield taken[-1]

    assert call(incoming, path(account), endless(), CONTENT_LENGTH=announced).status == 413
    assert len(taken) == (0 if announced else settings.intake_limit_bytes // 65_536 + 1)


def test_a_body_may_have_just_the_limit(incoming: Incoming, account: ChannelAccount, settings: Settings) -> None:
    most = b"x" * settings.intake_limit_bytes
    assert [call(incoming, path(account), body).status for body in (most, most + b"x")] == [200, 413]


@pytest.mark.parametrize("announced", ["-1", "ten", "9999"])
def test_a_length_that_is_not_so_is_refused(incoming: Incoming, account: ChannelAccount, announced: str) -> None:
    assert call(incoming, path(account), BODY, CONTENT_LENGTH=announced).status == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD"])
def test_other_methods_are_refused(incoming: Incoming, account: ChannelAccount, method: str) -> None:
    assert call(incoming, path(account), BODY, REQUEST_METHOD=method).status == 405


def test_the_verification_is_answered_with_the_raw_challenge(incoming: Incoming, account: ChannelAccount) -> None:
    query = "hub.mode=subscribe&hub.verify_token=verify&hub.challenge=%3Cb%3E1158201444"
    status, text, headers = call(incoming, path(account), REQUEST_METHOD="GET", QUERY_STRING=query)
    assert (status, text, headers["Content-Type"]) == (200, "<b>1158201444", "text/plain; charset=utf-8")


@pytest.mark.parametrize(
    "query", ["", "hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1", "hub.mode=x&hub.verify_token=verify"]
)
def test_a_wrong_verification_is_refused(incoming: Incoming, account: ChannelAccount, query: str) -> None:
    assert call(incoming, path(account), REQUEST_METHOD="GET", QUERY_STRING=query).status == 403


def test_a_full_stream_asks_to_come_again(app: Flask, account: ChannelAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    incoming = Incoming(app)
    monkeypatch.setattr(incoming.channels._intake, "_limit", 1)
    answers = [call(incoming, path(account), BODY) for _ in range(2)]
    assert [(status, headers.get("Retry-After")) for status, _, headers in answers] == [(200, None), (503, "5")]


def test_a_stream_that_is_away_asks_to_come_again(
    incoming: Incoming, account: ChannelAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: object) -> None:
        raise RedisConnectionError("refused")

    monkeypatch.setattr(incoming.channels._intake, "_append", away)
    assert call(incoming, path(account), BODY).status == 503


def test_a_tenant_without_the_plugin_has_no_such_address(
    incoming: Incoming, account: ChannelAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aerostic.messaging.inbound import endpoints

    class Nothing:
        channels: dict[str, object] = {}

    monkeypatch.setattr(endpoints, "view_for", lambda *_: Nothing())
    assert call(incoming, path(account), BODY).status == 404


def test_addresses_are_remembered_for_half_a_minute(
    incoming: Incoming, account: ChannelAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    monkeypatch.setattr(incoming.channels.lookups, "_clock", lambda: now[0])
    call(incoming, path(account), BODY)
    with transaction(tenant_scope(account.tenant_id)) as session:
        session.execute(update(ChannelAccount).values(endpoint="another"))
    found = []
    for now[0] in (0.0, KEPT_SECONDS - 1, KEPT_SECONDS + 1):
        found.append(call(incoming, path(account), BODY).status)
    assert (KEPT_SECONDS, found) == (30.0, [200, 200, 404])


@pytest.fixture
def standing_alone(app: Flask, settings: Settings) -> Iterator[Incoming]:
    made = create_incoming(settings)
    yield made
    from aerostic.db import db

    with made.channels._app.app_context():
        db.engine.dispose()
    made.channels._app.extensions["aerostic"].redis.close()


def test_it_works_without_the_application(standing_alone: Incoming, account: ChannelAccount, stream: Intake) -> None:
    assert call(standing_alone, path(account), BODY).status == 200
    assert len(waiting(stream)) == 1
