"""The intake answers 200 only to what is genuine and kept."""

import hashlib
import hmac
import io
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from aerostic.messaging.inbound.endpoints import KEPT_SECONDS, Endpoints
from aerostic.messaging.inbound.received import Received
from aerostic.messaging.models import ChannelAccount
from aerostic.settings import Settings
from aerostic.streams.intake import Intake
from aerostic.web.intake import WebhookIntake, create_intake
from tests.support.factories import make_account, make_tenant

BODY = b'{"entry": [], "note": "raw \\u00e4 bytes"}'
SIGNATURE = "HTTP_X_HUB_SIGNATURE_256"


@pytest.fixture
def account(app: Flask) -> ChannelAccount:
    return make_account(make_tenant().id)


@pytest.fixture
def intake(app: Flask) -> WebhookIntake:
    return WebhookIntake(app)


@pytest.fixture
def stream(settings: Settings, redis: Redis) -> Intake:
    return Intake(redis, settings.redis_prefix, 1000)


class Endless(io.RawIOBase):
    """A body without end; counts what was read of it."""

    taken = 0

    def read(self, size: int = -1) -> bytes:
        self.taken += size
        return b"x" * size


def signed(body: bytes, secret: str = "app-secret") -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def call(
    intake: WebhookIntake, path: str, body: bytes | io.RawIOBase = b"", **environ: Any
) -> tuple[int, str, dict[str, str]]:
    """Status, text and headers of the answer to one request."""
    answer: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]]) -> None:
        answer.update(status=int(status[:3]), headers=dict(headers))

    stream = io.BytesIO(body) if isinstance(body, bytes) else body
    full = {"REQUEST_METHOD": "POST", "PATH_INFO": path, "QUERY_STRING": "", "wsgi.input": stream}
    if isinstance(body, bytes):
        full |= {"CONTENT_LENGTH": str(len(body)), SIGNATURE: signed(body)}
    full |= environ
    text = b"".join(intake({name: value for name, value in full.items() if value is not None}, start)).decode()
    return answer["status"], text, answer["headers"]


def waiting(stream: Intake) -> list[Received]:
    return [Received.from_fields(fields) for _, fields in stream.read("test", 10, 1)]


def path(account: ChannelAccount) -> str:
    return f"/whatsapp/{account.endpoint}"


def test_a_genuine_webhook_is_kept_sealed_and_answered(
    intake: WebhookIntake, account: ChannelAccount, stream: Intake, redis: Redis, settings: Settings
) -> None:
    assert call(intake, path(account), BODY)[:2] == (200, "")
    ((_, fields),) = redis.xrange(f"{settings.redis_prefix}:intake")
    assert b"note" not in b"".join(fields.values())
    (received,) = waiting(stream)
    assert (received.tenant_id, received.account_id, received.channel, received.body) == (
        account.tenant_id,
        account.id,
        "whatsapp",
        BODY,
    )


def test_what_is_genuine_but_not_json_is_kept_too(
    intake: WebhookIntake, account: ChannelAccount, stream: Intake
) -> None:
    assert call(intake, path(account), b"\xff{nonsense")[0] == 200
    assert [received.body for received in waiting(stream)] == [b"\xff{nonsense"]


@pytest.mark.parametrize(
    "signature", [None, "", "sha256=", "sha256=00", signed(BODY, "another"), signed(BODY)[7:], "sha256=\xe4", "sha1=00"]
)
def test_a_wrong_signature_is_refused(
    intake: WebhookIntake, account: ChannelAccount, stream: Intake, signature: str | None
) -> None:
    status, text, _ = call(intake, path(account), BODY, **{SIGNATURE: signature})
    assert (status, text) == (401, "The signature does not match: check the channel's app secret.")
    assert waiting(stream) == []


def test_a_signature_counts_for_the_raw_bytes(intake: WebhookIntake, account: ChannelAccount) -> None:
    assert call(intake, path(account), BODY + b" ", **{SIGNATURE: signed(BODY)})[0] == 401


def test_an_account_without_a_secret_takes_nothing(intake: WebhookIntake, app: Flask) -> None:
    account = make_account(make_tenant().id, credentials={"token": "t"})
    assert call(intake, path(account), BODY, **{SIGNATURE: signed(BODY, "")})[0] == 401


@pytest.mark.parametrize(
    "where", ["/", "/whatsapp", "/whatsapp/", "/whatsapp/nobody", "/whatsapp/a/b", "/sms/{}", "/whatsapp/\x00"]
)
def test_an_unknown_address_is_not_found(intake: WebhookIntake, account: ChannelAccount, where: str) -> None:
    assert call(intake, where.format(account.endpoint), BODY)[0] == 404


@pytest.mark.parametrize("announced", ["4000000", None])
def test_a_body_over_the_limit_is_refused_without_reading_it_all(
    intake: WebhookIntake, account: ChannelAccount, settings: Settings, announced: str | None
) -> None:
    body = Endless()
    assert call(intake, path(account), body, CONTENT_LENGTH=announced)[0] == 413
    assert body.taken <= settings.intake_limit_bytes + 1


def test_a_body_of_unknown_length_is_taken(intake: WebhookIntake, account: ChannelAccount, stream: Intake) -> None:
    assert call(intake, path(account), BODY, CONTENT_LENGTH=None)[0] == 200
    assert [received.body for received in waiting(stream)] == [BODY]


@pytest.mark.parametrize("announced", ["-1", "ten", "9999"])
def test_a_length_that_is_not_so_is_refused(intake: WebhookIntake, account: ChannelAccount, announced: str) -> None:
    assert call(intake, path(account), BODY, CONTENT_LENGTH=announced)[0] == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD"])
def test_other_methods_are_refused(intake: WebhookIntake, account: ChannelAccount, method: str) -> None:
    assert call(intake, path(account), BODY, REQUEST_METHOD=method)[0] == 405


def test_the_verification_is_answered_with_the_raw_challenge(intake: WebhookIntake, account: ChannelAccount) -> None:
    query = "hub.mode=subscribe&hub.verify_token=verify&hub.challenge=%3Cb%3E1158201444"
    status, text, headers = call(intake, path(account), REQUEST_METHOD="GET", QUERY_STRING=query)
    assert (status, text, headers["Content-Type"]) == (200, "<b>1158201444", "text/plain; charset=utf-8")


@pytest.mark.parametrize(
    "query", ["", "hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1", "hub.mode=x&hub.verify_token=verify"]
)
def test_a_wrong_verification_is_refused(intake: WebhookIntake, account: ChannelAccount, query: str) -> None:
    assert call(intake, path(account), REQUEST_METHOD="GET", QUERY_STRING=query)[0] == 403


def test_a_full_stream_asks_to_come_again(app: Flask, account: ChannelAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    intake = WebhookIntake(app)
    monkeypatch.setattr(intake._intake, "_limit", 1)
    answers = [call(intake, path(account), BODY) for _ in range(2)]
    assert [(status, headers.get("Retry-After")) for status, _, headers in answers] == [(200, None), (503, "5")]


def test_a_stream_that_is_away_asks_to_come_again(
    intake: WebhookIntake, account: ChannelAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: object) -> None:
        raise RedisConnectionError("refused")

    monkeypatch.setattr(intake._intake, "_append", away)
    assert call(intake, path(account), BODY)[0] == 503


def test_a_tenant_without_the_plugin_has_no_such_address(
    intake: WebhookIntake, account: ChannelAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aerostic.messaging.inbound import endpoints

    class Nothing:
        channels: dict[str, object] = {}

    monkeypatch.setattr(endpoints, "view_for", lambda *_: Nothing())
    assert call(intake, path(account), BODY)[0] == 404


def test_addresses_are_remembered_for_half_a_minute() -> None:
    asked: list[str] = []
    now = [0.0]
    known = Endpoints(lambda channel, name: asked.append(name), clock=lambda: now[0])  # type: ignore[func-returns-value]
    for seconds in (0.0, KEPT_SECONDS - 1, KEPT_SECONDS + 1):
        now[0] = seconds
        assert known.get("whatsapp", "x") is None
    assert asked == ["x", "x"]


@pytest.fixture
def standing_alone(app: Flask, settings: Settings) -> Iterator[WebhookIntake]:
    made = create_intake(settings)
    yield made
    from aerostic.db import db

    with made._app.app_context():
        db.engine.dispose()
    made._app.extensions["aerostic"].redis.close()


def test_it_works_without_the_application(
    standing_alone: WebhookIntake, account: ChannelAccount, stream: Intake
) -> None:
    assert call(standing_alone, path(account), BODY)[0] == 200
    assert len(waiting(stream)) == 1
