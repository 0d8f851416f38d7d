"""Faults: outages, resets, and answers that get lost after the message was accepted."""

import asyncio
from typing import Any

import aiohttp
import pytest

from tests.plugins.aerostic_emulator.lab import Lab, in_lab

MESSAGE = {"text": {"body": "x"}, "biz_opaque_callback_data": "m1"}
SHORT = aiohttp.ClientTimeout(total=0.2)


async def accepted(lab: Lab) -> int:
    return (await lab.control("GET", "record/counts"))["accepted"]


async def try_to_send(lab: Lab, to: str = "+4915112345678") -> Any:
    """Return the HTTP status of a send, or what the client saw instead."""
    whole = {"messaging_product": "whatsapp", "to": to, **MESSAGE}
    try:
        return (await lab.call("POST", "/v24.0/300000000000001/messages", whole, timeout=SHORT))[0]
    except TimeoutError:
        return "timeout"
    except aiohttp.ClientConnectionError:
        return "reset"


@pytest.mark.parametrize(
    ("fault", "seen", "kept"),
    [
        ({"kind": "status", "http": 503}, 503, 0),
        ({"kind": "error", "code": 131000}, 500, 0),
        ({"kind": "error", "code": 130429}, 400, 0),
        ({"kind": "reset"}, "reset", 0),
        ({"kind": "drop_before"}, "timeout", 0),
        ({"kind": "reset_after"}, "reset", 1),
        ({"kind": "drop_after"}, "timeout", 1),
        ({"kind": "late", "delay_s": 0.5}, "timeout", 1),
        ({"kind": "slow", "delay_s": 0.05}, 200, 1),
    ],
)
def test_a_fault_strikes_before_or_after_acceptance(fault: dict[str, Any], seen: Any, kept: int) -> None:
    async def check(lab: Lab) -> None:
        await lab.control("POST", "faults", {**fault, "count": 1})
        if seen == 503:
            async with lab.session.post(lab.url + "/x/messages") as answer:
                assert (answer.status, answer.content_type) == (503, "text/html")
        else:
            assert await try_to_send(lab) == seen
        assert await accepted(lab) == kept

    in_lab(check)


@pytest.mark.parametrize(
    ("to", "seen", "kept"),
    [("+4930995000009", "timeout", 1), ("+4930995000010", "timeout", 0), ("+4930995000012", "timeout", 1),
     ("+4930995000016", "reset", 0), ("+4930995000017", "reset", 1)],
)  # fmt: skip
def test_a_magic_recipient_loses_the_answer(to: str, seen: str, kept: int) -> None:
    async def check(lab: Lab) -> None:
        assert (await try_to_send(lab, to), await accepted(lab)) == (seen, kept)

    in_lab(check, late_s=0.5)


def test_a_message_whose_answer_was_lost_still_gets_its_statuses() -> None:
    async def check(lab: Lab) -> None:
        assert await try_to_send(lab, "+4930995000009") == "timeout"
        await lab.settle()
        told = [(s["status"], s["biz_opaque_callback_data"]) for s in lab.callback.statuses()]
        assert told == [("sent", "m1"), ("delivered", "m1"), ("read", "m1")]

    in_lab(check)


def test_a_fault_lasts_for_its_count() -> None:
    async def check(lab: Lab) -> None:
        await lab.control("POST", "faults", {"kind": "error", "code": 131016, "count": 2})
        assert [await lab.refusal(MESSAGE) for _ in range(3)] == [131016, 131016, 0]

    in_lab(check)


def test_a_fault_lasts_for_its_time() -> None:
    async def check(lab: Lab) -> None:
        await lab.control("POST", "faults", {"kind": "error", "code": 2, "seconds": 10})
        during = await lab.refusal(MESSAGE)
        await lab.control("POST", "clock", {"offset_s": 11})
        assert (during, await lab.refusal(MESSAGE)) == (2, 0)

    in_lab(check)


def test_a_fault_strikes_one_number_or_one_edge_only() -> None:
    async def check(lab: Lab) -> None:
        await lab.control("POST", "faults", {"kind": "error", "code": 2, "phone_number_id": "300000000000002"})
        await lab.control("POST", "faults", {"kind": "error", "code": 1, "edge": "message_templates"})
        _, listing = await lab.call("GET", "/200000000000001/message_templates")
        assert (await lab.refusal(MESSAGE), listing["error"]["code"]) == (0, 1)

    in_lab(check)


def test_a_fault_may_strike_by_chance() -> None:
    async def check(lab: Lab) -> None:
        await lab.control("POST", "faults", {"kind": "error", "code": 2, "probability": 0.5})
        codes = [await lab.refusal({**MESSAGE, "to": f"+49151{n:07d}"}) for n in range(60)]
        assert set(codes) == {0, 2}

    in_lab(check, statuses=False)


def test_faults_are_listed_and_removed() -> None:
    async def check(lab: Lab) -> None:
        fault = await lab.control("POST", "faults", {"kind": "reset"})
        listed = await lab.control("GET", "faults")
        await lab.control("DELETE", f"faults/{fault['id']}")
        assert (listed, await lab.control("GET", "faults")) == ({"data": [fault]}, {"data": []})

    in_lab(check)


def test_an_unknown_fault_is_refused() -> None:
    async def check(lab: Lab) -> None:
        assert await lab.control("POST", "faults", {"kind": "earthquake"}) == {
            "error": "ValueError: unknown fault: earthquake"
        }

    in_lab(check)


def test_answers_take_the_configured_time() -> None:
    async def check(lab: Lab) -> None:
        loop = asyncio.get_running_loop()
        start = loop.time()
        await lab.send_text()
        assert loop.time() - start >= 0.05

    in_lab(check, latency_ms=(50, 60))
