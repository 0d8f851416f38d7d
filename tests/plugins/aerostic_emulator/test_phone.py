"""The phone's endpoints: chats, looking, blocking, playing a person by hand, files."""

import base64
import io
import json
from typing import Any

from aerostic_emulator import seed

from tests.plugins.aerostic_emulator.lab import CUSTOMER, Lab, in_lab

PERSON = CUSTOMER.removeprefix("+")
CHAT = f"chats/{seed.PHONE_ID}/{PERSON}"
WRITES = {"phone_number_id": seed.PHONE_ID, "from": CUSTOMER}


async def chat(lab: Lab) -> dict[str, Any]:
    """Return the customer's chat."""
    found: dict[str, Any] = await lab.control("GET", CHAT)
    return found


def test_chats_are_listed_by_their_last_message_and_found_by_name_or_number() -> None:
    async def check(lab: Lab) -> None:
        await lab.control("POST", "inbound", {**WRITES, "name": "Ada", "text": {"body": "Hi"}})
        await lab.send_text("+4930555000001")
        await lab.send_text("+4930555000002")
        listed = [await lab.control("GET", f"chats?{query}") for query in ("", "q=ada", "q=%2B49 30555", "limit=1")]
        people = [[row["person"] for row in page["data"]] for page in listed]
        newest = ["4930555000002", "4930555000001", PERSON]
        assert (people, listed[3]["total"]) == ([newest, [PERSON], newest[:2], newest[:1]], 3)

    in_lab(check)


def test_a_chat_shows_both_sides_with_their_ticks() -> None:
    async def check(lab: Lab) -> None:
        written = (await lab.control("POST", "inbound", {**WRITES, "text": {"body": "Open?"}}))["id"]
        await lab.call("POST", f"/{seed.PHONE_ID}/messages", {
            "messaging_product": "whatsapp", "status": "read", "message_id": written, "typing_indicator": {"type": "text"},
        })  # fmt: skip
        typing = (await chat(lab))["typing"]
        await lab.send_text(context={"message_id": written})
        await lab.settle()
        rows = [(m["mine"], m["body"], m["status"], m["reply_to"]) for m in (await chat(lab))["messages"]]
        answer = (False, "Hello", "read", written)
        assert (typing, (await chat(lab))["typing"], rows) == (True, False, [(True, "Open?", "read", ""), answer])

    in_lab(check)


def test_what_reached_the_phone_is_unread_until_somebody_looks() -> None:
    async def check(lab: Lab) -> None:
        await lab.send_text()
        await lab.send_text()
        await lab.control("PATCH", CHAT, {"outcome": "failed:131026"})
        await lab.send_text()
        await lab.settle()
        before = (await chat(lab))["unread"]
        await lab.control("PATCH", CHAT, {"seen": True})
        assert (before, (await chat(lab))["unread"]) == (2, 0)

    in_lab(check)


def test_a_person_played_by_hand_reads_only_when_somebody_looks() -> None:
    async def check(lab: Lab) -> None:
        person = await lab.control(
            "POST", "chats", {"phone_number_id": seed.PHONE_ID, "phone": CUSTOMER, "name": "Ada"}
        )
        await lab.send_text()
        await lab.settle()
        waiting = [status["status"] for status in lab.callback.statuses()]
        await lab.control("PATCH", CHAT, {"seen": True})
        await lab.settle()
        await lab.control("PATCH", CHAT, {"seen": True})
        await lab.settle()
        told = [status["status"] for status in lab.callback.statuses()]
        assert (person["name"], person["outcome"]) == ("Ada", "by_hand")
        assert (waiting, told) == (["sent", "delivered"], ["sent", "delivered", "read"])

    in_lab(check)


def test_a_persons_outcome_is_theirs_alone_and_can_be_taken_back() -> None:
    async def check(lab: Lab) -> None:
        await lab.control("PATCH", CHAT, {"outcome": "failed:131049"})
        await lab.send_text()
        await lab.send_text("+4930555000001")
        await lab.control("PATCH", CHAT, {"outcome": ""})
        await lab.send_text()
        await lab.settle()
        rows = (await lab.control("GET", "record/messages"))["data"]
        assert [row["outcome"] for row in rows] == ["failed:131049", "read", "read"]
        assert (await chat(lab))["messages"][0]["error"]["code"] == 131049

    in_lab(check)


def test_what_a_blocked_business_sends_stays_sent_for_ever() -> None:
    async def check(lab: Lab) -> None:
        await lab.control("PATCH", CHAT, {"blocked": True})
        await lab.send_text()
        await lab.settle()
        refused = await lab.control("POST", "inbound", {**WRITES, "text": {"body": "Hi"}})
        await lab.control("PATCH", CHAT, {"blocked": False})
        await lab.send_text()
        await lab.settle()
        shown = [(m["status"], m["arrived"]) for m in (await chat(lab))["messages"]]
        assert refused == {"error": "ValueError: this person has blocked the business: unblock it first"}
        assert shown == [("sent", False), ("read", True)]
        assert lab.callback.messages() == []

    in_lab(check)


def test_with_statuses_off_the_phone_shows_what_would_have_arrived() -> None:
    async def check(lab: Lab) -> None:
        await lab.send_text()
        await lab.control("PATCH", CHAT, {"outcome": "failed:131026"})
        await lab.send_text()
        await lab.control("PATCH", CHAT, {"outcome": "read", "blocked": True})
        await lab.send_text()
        assert [m["arrived"] for m in (await chat(lab))["messages"]] == [True, False, False]

    in_lab(check, statuses=False)


def test_a_message_of_a_customer_whom_the_business_has_blocked_keeps_one_tick() -> None:
    async def check(lab: Lab) -> None:
        await lab.control("POST", "inbound", {**WRITES, "text": {"body": "Hi"}})
        await lab.call("POST", f"/{seed.PHONE_ID}/block_users", {
            "messaging_product": "whatsapp", "block_users": [{"user": CUSTOMER}],
        })  # fmt: skip
        await lab.control("POST", "inbound", {**WRITES, "text": {"body": "Hello?"}})
        await lab.settle()
        ticks = [m["status"] for m in (await chat(lab))["messages"]]
        assert (ticks, len(lab.callback.messages())) == (["delivered", "sent"], 1)

    in_lab(check)


def test_somebody_without_a_number_has_one_chat() -> None:
    async def check(lab: Lab) -> None:
        await lab.control("POST", "inbound", {**WRITES, "hide_phone": True, "text": {"body": "Hi"}})
        await lab.settle()
        user_id = lab.callback.messages()[0]["from_user_id"]
        await lab.send({"to": None, "recipient": user_id, "type": "text", "text": {"body": "Hello"}})
        await lab.send({"to": None, "recipient": "DE.77", "type": "text", "text": {"body": "Hello"}})
        listed = (await lab.control("GET", "chats"))["data"]
        assert [row["person"] for row in listed] == ["DE.77", PERSON]

    in_lab(check)


def test_marketing_that_was_stopped_is_stopped_by_every_id() -> None:
    async def check(lab: Lab) -> None:
        await lab.control("POST", "inbound", {**WRITES, "hide_phone": True, "text": {"body": "Hi"}})
        await lab.control("POST", "preferences", {**WRITES, "value": "stop"})
        await lab.settle()
        user_id = lab.callback.messages()[0]["from_user_id"]
        template = {"name": seed.MARKETING, "language": {"code": "en_US"},
                    "components": [{"type": "body", "parameters": [{"type": "text", "text": "Ada"}]}]}  # fmt: skip
        await lab.send({"to": None, "recipient": user_id, "type": "template", "template": template})
        outcomes = [row["outcome"] for row in (await lab.control("GET", "record/messages"))["data"]]
        assert ((await chat(lab))["stopped"], outcomes) == (True, ["failed:131050"])

    in_lab(check)


def test_files_are_served_and_only_pictures_films_and_sounds_are_shown() -> None:
    async def check(lab: Lab) -> None:
        sent = {"image/png": "image", "image/svg+xml": "image", "text/html": "document"}
        for mime, kind in sent.items():
            content = {"data_base64": base64.b64encode(b"<script>").decode(), "mime_type": mime}
            await lab.control("POST", "inbound", {**WRITES, "type": kind, kind: content})
        shown = []
        for message in (await chat(lab))["messages"]:
            async with lab.session.get(lab.url + message["media"]["url"]) as answer:
                shown.append((answer.headers["Content-Disposition"], answer.headers["X-Content-Type-Options"]))
                assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert shown == [("inline", "nosniff"), ("attachment", "nosniff"), ("attachment", "nosniff")]

    in_lab(check)


def test_a_large_photo_passes() -> None:
    async def check(lab: Lab) -> None:
        content = {"data_base64": base64.b64encode(bytes(4_000_000)).decode(), "mime_type": "image/png"}
        body = io.BytesIO(json.dumps({**WRITES, "type": "image", "image": content}).encode())
        async with lab.session.post(f"{lab.url}/_emulator/inbound", data=body) as answer:
            assert answer.status == 200
        assert (await chat(lab))["messages"][0]["media"]["bytes"] == 4_000_000

    in_lab(check)


def test_a_mistake_is_explained() -> None:
    async def check(lab: Lab) -> None:
        answers = [
            await lab.control("GET", "chats/7/49151"),
            await lab.control("GET", f"chats/{seed.PHONE_ID}/nobody at all"),
            await lab.control("PATCH", CHAT, {"colour": "blue"}),
            await lab.control("PATCH", CHAT, {"outcome": "vanished"}),
            await lab.control("POST", "chats", {"phone_number_id": seed.PHONE_ID, "phone": "12"}),
            await lab.control("POST", "chats", {"phone_number_id": seed.PHONE_ID, "phone": "+" + seed.PHONE}),
            await lab.control("GET", "media/7"),
            await lab.control("PATCH", "config", {"people": {"49": "vanished"}}),
        ]
        assert [answer["error"].removeprefix("ValueError: ") for answer in answers] == [
            "unknown: 7",
            "a chat is named by a number's id and a person's WhatsApp id or user id",
            "unknown field: colour",
            "unknown outcome: vanished",
            "a phone number has 7 to 15 digits, with its country code",
            "this is the business's own number",
            "unknown: 7",
            "unknown outcome: vanished",
        ]

    in_lab(check)


def test_the_console_shows_every_switch_it_offers() -> None:
    async def check(lab: Lab) -> None:
        await lab.control("POST", "faults", {"kind": "error", "count": 2})
        await lab.control("POST", "webhooks", {"paused": True})
        await lab.control("POST", "clock", {"offset_s": 60})
        found = await lab.control("GET", "console")
        offered = [word for word in found["choices"]["outcomes"] if "error" in await lab.control(
            "PATCH", CHAT, {"outcome": word})]  # fmt: skip
        facts = (len(found["faults"]), found["paused"], found["offset_s"], len(found["numbers"]), offered)
        assert facts == (1, True, 60.0, 2, [])
        assert (await lab.control("GET", "clock"))["offset_s"] == 60.0

    in_lab(check)


def test_a_reset_forgets_chats() -> None:
    async def check(lab: Lab) -> None:
        await lab.send_text()
        await lab.control("PATCH", CHAT, {"blocked": True})
        await lab.control("POST", "reset", {})
        found = await chat(lab)
        assert (found["messages"], found["blocked"]) == ([], False)

    in_lab(check)
