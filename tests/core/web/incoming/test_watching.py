"""Who sends webhooks: blocked addresses are refused, what is rightly signed is taken, and detectors hear of the rest."""

from dataclasses import replace

import pytest
from flask import Flask

from aerostic.messaging.models import ChannelAccount
from aerostic.registry import runtime
from aerostic.registry.runtime import KEY
from aerostic.streams.observed import pseudonym, where
from aerostic.web.incoming.server import Incoming
from tests.core.web.incoming.test_channels import BODY, call, path
from tests.core.web.incoming.test_flows import Caller, hello  # noqa: F401
from tests.support.flags import flag_address
from tests.support.observed import observing

FORGER, PROVIDER = "198.51.100.66", "203.0.113.7"
SIGNATURE = "HTTP_X_HUB_SIGNATURE_256"


def forged(incoming: Incoming, at: str, address: str = FORGER) -> tuple[int, str]:
    """The answer to a webhook with a wrong signature."""
    return call(incoming, at, BODY, **{SIGNATURE: "sha256=00", "REMOTE_ADDR": address})[:2]


def test_without_a_proxys_word_the_address_is_that_of_the_connection(
    app: Flask, account: ChannelAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that came around our proxy has no header; it is from somewhere nevertheless."""
    at = runtime()
    behind = replace(at, settings=at.settings.model_copy(update={"proxies": 1}))
    monkeypatch.setitem(app.extensions, KEY, behind)
    with observing() as observed:
        forged(Incoming(app), path(account))
        assert [event.data["address"] for event in observed.all()] == [where(FORGER).address]


def test_detectors_hear_of_what_was_not_taken(incoming: Incoming, account: ChannelAccount) -> None:
    own, unknown = path(account), "/whatsapp/nobodys"
    with observing() as observed:
        forged(incoming, own)
        forged(incoming, unknown)
        call(incoming, own, BODY, REMOTE_ADDR=FORGER, CONTENT_LENGTH="no number")
        call(incoming, "/flows/nobodys", b"{}", REMOTE_ADDR=FORGER)
        call(incoming, own, BODY, REMOTE_ADDR=PROVIDER)
        told = sorted(
            (event for event in observed.all() if event.type == "webhook.refused"), key=lambda event: event.id
        )
    place = where(FORGER)
    assert [(event.tenant_id, event.data) for event in told] == [
        (
            tenant_id,
            {
                "address": place.address,
                "subnet": place.subnet,
                "country": "",
                "channel": channel,
                "endpoint": pseudonym("endpoint", at),
                "reason": reason,
            },
        )
        for tenant_id, channel, at, reason in (
            (account.tenant_id, "whatsapp", own, "signature"),
            (None, "whatsapp", unknown, "unknown"),
            (None, "whatsapp", own, "unreadable"),
            (None, "flows", "/flows/nobodys", "unknown"),
        )
    ]


def test_a_blocked_address_is_told_so(incoming: Incoming, account: ChannelAccount) -> None:
    assert forged(incoming, path(account))[0] == 401
    flag_address(FORGER, "block")
    status, words = forged(incoming, path(account))
    assert (status, words.endswith("Come back later.")) == (403, True)
    assert forged(incoming, "/whatsapp/nobodys")[0] == 403
    assert call(incoming, "/flows/nobodys", b"{}", REMOTE_ADDR=FORGER)[0] == 403
    assert forged(incoming, path(account), "198.51.100.67")[0] == 401


def test_what_is_rightly_signed_is_taken_from_anywhere(incoming: Incoming, account: ChannelAccount) -> None:
    flag_address(PROVIDER, "block")
    assert call(incoming, path(account), BODY, REMOTE_ADDR=PROVIDER)[0] == 200


def test_an_address_is_what_our_own_proxies_say(app: Flask, account: ChannelAccount) -> None:
    flag_address(FORGER, "block")
    runtime().settings.proxies = 1
    try:
        incoming = Incoming(app)
    finally:
        runtime().settings.proxies = 0
    wrong = {SIGNATURE: "sha256=00", "REMOTE_ADDR": "10.0.0.1"}
    behind = [
        call(incoming, path(account), BODY, **wrong, HTTP_X_FORWARDED_FOR=told)[0]
        for told in (f"1.2.3.4, {FORGER}", f"{FORGER}, 1.2.3.4")
    ]
    assert behind == [403, 401]


def test_a_flow_is_started_from_anywhere_by_who_knows_its_secret(hello: Caller) -> None:  # noqa: F811
    flag_address(PROVIDER, "block")
    signed = hello({"name": "Ann"}, REMOTE_ADDR=PROVIDER)
    forged = hello({"name": "Ann"}, REMOTE_ADDR=PROVIDER, HTTP_X_HUB_SIGNATURE_256="sha256=00")
    assert (signed.status, forged.status, len(hello.runs())) == (202, 403, 1)
