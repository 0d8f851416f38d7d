"""Only who knows the app secret can post; only who knows the verify token can subscribe."""

import hashlib
import hmac

import pytest
from aerostic_whatsapp.channel import WhatsApp

from tests.plugins.aerostic_whatsapp.documents import DOCUMENTS, NAMES

SECRETS = {"token": "t", "app_secret": "secret", "verify_token": "ours"}
QUERY = {"hub.mode": "subscribe", "hub.verify_token": "ours", "hub.challenge": "1158201444"}
WHATSAPP = WhatsApp()


def sign(body: bytes, secret: str = "secret") -> dict[str, str]:
    return {"X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


@pytest.mark.parametrize("document", DOCUMENTS, ids=NAMES)
def test_the_exact_bytes_are_what_counts(document):
    body = document.read_bytes()
    assert WHATSAPP.verify(sign(body), body, SECRETS)
    assert not WHATSAPP.verify(sign(body), body + b"\n", SECRETS)


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-Hub-Signature-256": ""}, {"X-Hub-Signature-256": "sha256=ü"}, sign(b"{}", "other"), sign(b"{}", "")],
)
def test_anything_else_is_not_genuine(headers):
    assert not WHATSAPP.verify(headers, b"{}", SECRETS)


@pytest.mark.parametrize("credentials", [{}, {"app_secret": ""}, {"app_secret": None}])
def test_without_a_secret_nothing_is_genuine(credentials):
    assert not WHATSAPP.verify(sign(b"{}", ""), b"{}", credentials)


def test_the_challenge_comes_back_unchanged():
    assert WHATSAPP.challenge(QUERY, SECRETS) == "1158201444"


@pytest.mark.parametrize(
    "change",
    [{"hub.mode": "unsubscribe"}, {"hub.verify_token": "theirs"}, {"hub.verify_token": ""}, {"hub.challenge": ""}],
)
def test_a_wrong_verification_is_refused(change):
    assert WHATSAPP.challenge(QUERY | change, SECRETS) is None


def test_an_account_without_a_verify_token_refuses_all():
    assert WHATSAPP.challenge(QUERY | {"hub.verify_token": ""}, SECRETS | {"verify_token": ""}) is None
