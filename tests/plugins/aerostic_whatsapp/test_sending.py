"""Every answer, and every lack of one, is told apart: accepted, failed, to be tried again, unknown."""

import asyncio
import socket
from typing import Any
from uuid import UUID

import orjson
import pytest
from aerostic_emulator import seed
from aerostic_whatsapp import sending
from aerostic_whatsapp.answers import read_answer
from aerostic_whatsapp.channel import WhatsApp
from aerostic_whatsapp.errors import RULES, refusal
from aerostic_whatsapp.sending import envelope
from aiohttp import ClientTimeout
from flask import Flask

from aerostic.sdk import ErrorScope, Outbound, SendResult, Sent
from tests.plugins.aerostic_whatsapp.line import ID, TEXT, Line, account_at, on_line

BUTTONS = [{"type": "reply", "reply": {"id": "a", "title": "Yes"}}]
CONTENTS: list[dict[str, Any]] = [
    TEXT,
    {"type": "image", "image": {"link": "https://pictures.example/a.jpg", "caption": "Hi"}},
    {"type": "audio", "audio": {"link": "https://pictures.example/a.ogg", "voice": True}},
    {"type": "location", "location": {"latitude": 1.5, "longitude": 2.5}},
    {"type": "contacts", "contacts": [{"name": {"formatted_name": "Ada"}}]},
    {"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": "👍"}},
    {
        "type": "interactive",
        "interactive": {"type": "button", "body": {"text": "Sure?"}, "action": {"buttons": BUTTONS}},
    },
    {**TEXT, "context": {"message_id": "wamid.x"}},
]


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.mark.parametrize("content", CONTENTS, ids=lambda content: content["type"])
def test_every_type_of_message_is_accepted(content: dict[str, Any]) -> None:
    result = on_line(lambda line: line.send(content))
    assert (result.sent, result.provider_id[:6]) == (Sent.ACCEPTED, "wamid.")


def test_the_message_and_its_attempt_go_along() -> None:
    async def work(line: Line) -> str:
        await line.send(attempt=3)
        (message,) = line.emulator.world.record.messages
        return str(message.callback_data)

    assert on_line(work) == f"{ID.hex}.3"


def test_a_person_without_a_phone_is_written_to_by_user_id() -> None:
    message = Outbound(ID, 1, "1", None, "US.42", TEXT)
    assert orjson.loads(envelope(message)) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "biz_opaque_callback_data": f"{ID.hex}.1",
        "recipient": "US.42",
        **TEXT,
    }


@pytest.mark.parametrize(
    ("content", "to"),
    [({"type": "telegram", "telegram": {}}, "+1"), ({"type": "text"}, "+1"), ({}, "+1"), (TEXT, None)],
)
def test_what_cannot_be_sent_fails_without_a_request(content: dict[str, Any], to: str | None) -> None:
    result = on_line(lambda line: line.send(content, to=to))
    assert (result.sent, result.code) == (Sent.FAILED, 0)


@pytest.mark.parametrize("kind", ["reset_after", "drop_after", "reset", "drop_before"])
def test_once_the_request_has_left_silence_is_unknown(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "SECONDS", ClientTimeout(sock_read=0.3))

    async def work(line: Line) -> SendResult:
        line.fault(kind)
        return await line.send()

    assert on_line(work, hold_s=1.0).sent is Sent.UNKNOWN


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:{port}", "http://nobody.localhost.invalid:{port}"])
def test_a_server_that_cannot_be_reached_has_taken_nothing(app: Flask, base_url: str) -> None:
    async def work() -> SendResult:
        account = account_at(base_url.format(port=closed_port()))
        async with WhatsApp().open_sender(account, 1) as sender:
            return await sender.send(Outbound(ID, 1, "1", "+1", None, TEXT))

    result = asyncio.run(work())
    assert (result.sent, result.after) == (Sent.RETRY, 5.0)


def test_a_kept_connection_that_the_server_closed_is_no_loss() -> None:
    """Nothing was handed over, so the message may be tried again."""

    async def work(line: Line) -> list[Sent]:
        message = Outbound(ID, 1, seed.PHONE_ID, "+4915112345678", None, TEXT)
        async with line.channel.open_sender(line.account, 1) as sender:
            first = await sender.send(message)
            for connections in sender._session.connector._conns.values():  # type: ignore[attr-defined]
                for protocol, _ in connections:
                    protocol.transport.close()
            second = await sender.send(message)
        return [first.sent, second.sent]

    first, second = on_line(work)
    assert first is Sent.ACCEPTED
    assert second in (Sent.ACCEPTED, Sent.RETRY)


@pytest.mark.parametrize("http", [500, 502, 503, 504])
def test_a_proxy_in_trouble_may_have_passed_the_message_on(http: int) -> None:
    async def work(line: Line) -> SendResult:
        line.fault("status", http=http)
        return await line.send()

    assert on_line(work).sent is Sent.UNKNOWN


@pytest.mark.parametrize(
    ("code", "result"),
    [
        (190, (Sent.FAILED, ErrorScope.ACCOUNT, 0.0)),
        (130429, (Sent.RETRY, ErrorScope.NUMBER, 2.0)),
        (131056, (Sent.RETRY, ErrorScope.RECIPIENT, 1.0)),
        (80007, (Sent.RETRY, ErrorScope.ACCOUNT, 30.0)),
        (131021, (Sent.FAILED, ErrorScope.MESSAGE, 0.0)),
        (132015, (Sent.FAILED, ErrorScope.TEMPLATE, 0.0)),
        (131016, (Sent.RETRY, ErrorScope.NUMBER, 5.0)),
    ],
)
def test_an_error_code_says_what_to_do(code: int, result: tuple[Sent, ErrorScope, float]) -> None:
    async def work(line: Line) -> SendResult:
        line.fault("error", code=code)
        return await line.send()

    answer = on_line(work)
    assert (answer.code, (answer.sent, answer.scope, answer.after)) == (code, result)
    assert answer.reason == RULES[code].reason


def test_a_wrong_token_stops_the_account() -> None:
    async def work(line: Line) -> SendResult:
        line.account = account_at(line.account.settings["base_url"], token="stale")
        return await line.send()

    result = on_line(work)
    assert (result.sent, result.code, result.scope) == (Sent.FAILED, 190, ErrorScope.ACCOUNT)


def test_waits_grow_and_end() -> None:
    waits = [refusal(131056, attempt).after for attempt in range(1, 7)]
    assert waits == [1, 4, 16, 64, 256, 1024]
    assert [refusal(131056, 7).sent, refusal(131000, 3).sent] == [Sent.FAILED, Sent.FAILED]


def test_a_code_nobody_knows_is_tried_again_only_if_it_calls_itself_passing() -> None:
    error = {"error": {"code": 999_999}}
    assert read_answer(400, orjson.dumps(error), 1).sent is Sent.FAILED
    assert read_answer(500, orjson.dumps(error), 1).sent is Sent.RETRY
    assert read_answer(400, orjson.dumps({"error": {"code": 999_999, "is_transient": True}}), 1).sent is Sent.RETRY


@pytest.mark.parametrize(
    "raw", [b"", b"<html>", b"{}", b'{"messages": []}', b'{"messages": [{"id": ""}]}', b"[]", b"5"]
)
def test_a_200_without_an_id_is_unknown(raw: bytes) -> None:
    assert read_answer(200, raw, 1).sent is Sent.UNKNOWN


@pytest.mark.parametrize(
    ("status", "sent", "scope"),
    [
        (429, Sent.RETRY, ErrorScope.NUMBER),
        (404, Sent.FAILED, ErrorScope.ACCOUNT),
        (302, Sent.FAILED, ErrorScope.ACCOUNT),
    ],
)
def test_an_answer_that_is_not_of_the_api_is_told_by_its_status(status: int, sent: Sent, scope: ErrorScope) -> None:
    result = read_answer(status, b"<html>", 1)
    assert (result.sent, result.scope) == (sent, scope)


def test_a_held_message_is_accepted_and_says_so() -> None:
    raw = orjson.dumps({"messages": [{"id": "wamid.1", "message_status": "held_for_quality_assessment"}]})
    assert read_answer(200, raw, 1) == SendResult(Sent.ACCEPTED, "wamid.1", reason="held")


def test_every_reason_is_a_sentence_for_people() -> None:
    for code, rule in RULES.items():
        assert rule.reason.endswith("."), code
        assert len(rule.reason) < 120, code


def test_reading_is_marked_and_typing_shown() -> None:
    async def work(line: Line) -> list[bool]:
        async with line.channel.open_sender(line.account, 1) as sender:
            return [await sender.mark_read(seed.PHONE_ID, "wamid.nobody", typing=True)]  # type: ignore[attr-defined]

    assert on_line(work) == [False]


def test_secrets_are_in_no_repr() -> None:
    account = account_at("http://127.0.0.1:1")
    message = Outbound(UUID(int=1), 1, "1", "+4915112345678", "US.1", TEXT)
    assert seed.TOKEN not in repr(account)
    assert "+49" not in repr(message)
