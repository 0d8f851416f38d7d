"""Sending: what is answered, what is refused and how."""

import pytest
from aerostic_emulator import seed

from tests.plugins.aerostic_emulator.lab import Lab, in_lab

BUTTONS = [{"type": "reply", "reply": {"id": "a", "title": "Yes"}}]
BUTTON = {"type": "button", "body": {"text": "Sure?"}, "action": {"buttons": BUTTONS}}
ROWS = [{"title": "One", "rows": [{"id": "1", "title": "First"}]}]
CTA = {"name": "cta_url", "parameters": {"display_text": "Open", "url": "https://shop.example"}}
ACCEPTED = [
    {"type": "text", "text": {"body": "x" * 4096}},
    {"text": {"body": "the type may be left out"}},
    {"type": "image", "image": {"link": "https://pictures.example/a.jpg", "caption": "Hi"}},
    {"type": "audio", "audio": {"link": "https://pictures.example/a.ogg", "voice": True}},
    {"type": "location", "location": {"latitude": 1.5, "longitude": "2.5"}},
    {"type": "contacts", "contacts": [{"name": {"formatted_name": "Ada"}}]},
    {"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": ""}},
    {"type": "interactive", "interactive": BUTTON},
    {"type": "interactive", "interactive": {"type": "list", "body": {"text": "b"},
                                            "action": {"button": "Open", "sections": ROWS}}},
    {"type": "interactive", "interactive": {"type": "cta_url", "body": {"text": "b"}, "action": CTA}},
    {"type": "text", "text": {"body": "a reply"}, "context": {"message_id": "wamid.x"}},
]  # fmt: skip
REFUSED = [
    (100, {"messaging_product": None, "text": {"body": "x"}}),
    (100, {"to": None, "text": {"body": "x"}}),
    (100, {"type": "telegram", "telegram": {}}),
    (131008, {"type": "text"}),
    (131008, {"type": "text", "text": {"body": ""}}),
    (131009, {"type": "text", "text": {"body": "x" * 4097}}),
    (131009, {"type": "text", "text": "x"}),
    (131009, {"to": "nobody", "text": {"body": "x"}}),
    (131021, {"to": "+" + seed.PHONE, "text": {"body": "x"}}),
    (131008, {"type": "image", "image": {}}),
    (131009, {"type": "image", "image": {"link": "ftp://x"}}),
    (131009, {"type": "audio", "audio": {"link": "https://x.example/a", "caption": "no"}}),
    (131009, {"type": "location", "location": {"latitude": 91, "longitude": 0}}),
    (131008, {"type": "interactive", "interactive": {**BUTTON, "action": {"buttons": []}}}),
    (131009, {"type": "interactive", "interactive": {**BUTTON, "action": {"buttons": BUTTONS * 2}}}),
    (131009, {"type": "interactive", "interactive": {**BUTTON, "type": "hologram"}}),
    (130501, {"recipient_type": "group", "type": "reaction", "reaction": {"message_id": "wamid.x"}}),
    (131009, {"text": {"body": "x"}, "biz_opaque_callback_data": "x" * 513}),
    (131009, {"status": "read", "message_id": "wamid.nobody_wrote_this"}),
]


@pytest.mark.parametrize("body", ACCEPTED)
def test_content_that_keeps_the_rules_is_accepted(body: dict) -> None:
    async def check(lab: Lab) -> None:
        assert await lab.refusal(body) == 0

    in_lab(check)


def test_content_that_breaks_a_rule_is_refused_with_its_code() -> None:
    async def check(lab: Lab) -> None:
        assert [await lab.refusal(body) for _, body in REFUSED] == [code for code, _ in REFUSED]

    in_lab(check)


def test_an_answer_names_the_recipient_as_sent_and_as_whatsapp_knows_it() -> None:
    async def check(lab: Lab) -> None:
        status, answer = await lab.send_text("+55 (31) 99876-5432")
        wamid = answer["messages"][0].pop("id")
        assert (status, answer, wamid[:10]) == (
            200,
            {"messaging_product": "whatsapp", "messages": [{}],
             "contacts": [{"input": "+55 (31) 99876-5432", "wa_id": "553198765432"}]},
            "wamid.HBgL",
        )  # fmt: skip

    in_lab(check)


def test_a_number_without_plus_gets_the_senders_country_code() -> None:
    async def check(lab: Lab) -> None:
        _, answer = await lab.send_text("6505551234")
        assert answer["contacts"][0]["wa_id"] == "16505551234"

    in_lab(check)


def test_a_message_to_a_business_scoped_id_is_answered_with_it() -> None:
    async def check(lab: Lab) -> None:
        user = "US.13491208655302741918"
        _, answer = await lab.send({"to": None, "recipient": user, "type": "text", "text": {"body": "Hi"}})
        assert answer["contacts"] == [{"input": user, "user_id": user}]

    in_lab(check)


def test_a_template_send_says_accepted() -> None:
    async def check(lab: Lab) -> None:
        _, answer = await lab.send_template()
        assert answer["messages"][0]["message_status"] == "accepted"

    in_lab(check)


def test_an_inbound_message_can_be_marked_read_with_a_typing_indicator() -> None:
    async def check(lab: Lab) -> None:
        wish = {"phone_number_id": seed.PHONE_ID, "from": "+4915112345678", "text": {"body": "Hi"}}
        wamid = (await lab.control("POST", "inbound", wish))["id"]
        receipt = {"status": "read", "message_id": wamid, "typing_indicator": {"type": "text"}}
        assert await lab.send(receipt) == (200, {"success": True})

    in_lab(check)


def test_a_body_that_is_no_json_is_an_invalid_parameter() -> None:
    async def check(lab: Lab) -> None:
        path = f"{lab.url}/{seed.PHONE_ID}/messages"
        headers = {"Authorization": f"Bearer {seed.TOKEN}"}
        async with lab.session.post(path, data=b"{", headers=headers) as answer:
            assert (answer.status, (await answer.json())["error"]["code"]) == (400, 100)

    in_lab(check)


def test_only_marketing_templates_go_through_the_marketing_api() -> None:
    async def check(lab: Lab) -> None:
        path = f"/{seed.PHONE_ID}/marketing_messages"
        text = {"messaging_product": "whatsapp", "to": "+4915112345678", "text": {"body": "x"}}
        _, answer = await lab.call("POST", path, text)
        assert answer["error"]["code"] == 131055

    in_lab(check)
