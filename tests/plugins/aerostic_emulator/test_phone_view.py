"""Messages as the page gets them: every type, templates with their variables, whatever was accepted."""

from typing import Any

import pytest
from aerostic_emulator import phone_view, seed
from aerostic_emulator.chats import Chat, Entry
from aerostic_emulator.config import Config
from aerostic_emulator.errors import GraphError
from aerostic_emulator.messages import read_draft
from aerostic_emulator.phone_template import fill, filled
from aerostic_emulator.record import Message
from aerostic_emulator.server import Emulator
from hypothesis import example, given

from tests.plugins.aerostic_emulator.test_robustness import JSON, KINDS

WORLD = Emulator(Config()).world
NUMBER = WORLD.state.numbers[seed.PHONE_ID]


def sent(kind: str, content: Any, **more: Any) -> Entry:
    message = Message("wamid.1", NUMBER.id, "49", kind, None, None, 1.0, "service", "read", "49", "", "49", **more)
    return Entry(1, "wamid.1", 1.0, kind, content, sent=message)


def shown(kind: str, content: Any) -> dict[str, Any]:
    return phone_view.view(WORLD.state, sent(kind, content))


def written(kind: str, content: Any) -> dict[str, Any]:
    return phone_view.view(WORLD.state, Entry(1, "wamid.1", 1.0, kind, content))


def test_variables_are_filled_by_position_or_by_name() -> None:
    by_place = [{"type": "text", "text": "Ada"}, {"type": "currency", "currency": {"fallback_value": "5 €"}}]
    by_name = [{"type": "text", "parameter_name": "name", "text": "Ada"}]
    assert filled("Hi {{1}}, {{ 2 }} for {{3}}", by_place) == "Hi Ada, 5 € for {{3}}"
    assert filled("Hi {{name}}", by_name) == "Hi Ada"


def test_a_value_that_looks_like_a_variable_is_left_alone() -> None:
    assert filled("Hi {{1}} {{2}}", [{"text": "{{2}}"}, {"text": "\\1"}]) == "Hi {{2}} \\1"


def test_a_template_shows_header_body_footer_and_buttons() -> None:
    components: list[dict[str, Any]] = [
        {"type": "HEADER", "format": "TEXT", "text": "For {{1}}"},
        {"type": "BODY", "text": "Hi {{1}}."},
        {"type": "FOOTER", "text": "Bye"},
        {"type": "CAROUSEL"},
        {"type": "BUTTONS", "buttons": [
            {"type": "QUICK_REPLY", "text": "Yes"},
            {"type": "QUICK_REPLY", "text": "No"},
            {"type": "URL", "text": "Shop", "url": "https://shop.example/{{1}}"},
            {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+1555"},
            {"type": "COPY_CODE", "text": "Copy"},
            {"type": "FLOW", "text": "Book"},
        ]},
    ]  # fmt: skip
    given_components = [
        {"type": "header", "parameters": [{"type": "text", "text": "Ada"}]},
        {"type": "body", "parameters": [{"type": "text", "text": "Bob"}]},
        {
            "type": "button",
            "sub_type": "quick_reply",
            "index": "1",
            "parameters": [{"type": "payload", "payload": "NO"}],
        },
        {"type": "button", "sub_type": "url", "index": 2, "parameters": [{"type": "text", "text": "x"}]},
        {"type": "button", "sub_type": "copy_code", "index": 4, "parameters": [{"coupon_code": "FALL"}]},
    ]
    assert fill(components, {"components": given_components}) == {
        "header": {"kind": "text", "text": "For Ada"},
        "body": "Hi Bob.",
        "footer": "Bye",
        "left_out": ["carousel"],
        "buttons": [
            {"kind": "reply", "text": "Yes", "payload": "Yes"},
            {"kind": "reply", "text": "No", "payload": "NO"},
            {"kind": "url", "text": "Shop", "url": "https://shop.example/x"},
            {"kind": "phone", "text": "Call", "phone": "+1555"},
            {"kind": "copy", "text": "Copy", "code": "FALL"},
            {"kind": "off", "text": "Book"},
        ],
    }


def test_a_code_is_copied_and_not_opened() -> None:
    code = [{"type": "button", "sub_type": "url", "index": 0, "parameters": [{"type": "text", "text": "123456"}]},
            {"type": "body", "parameters": [{"type": "text", "text": "123456"}]}]  # fmt: skip
    parts = fill(seed.TEMPLATES[5][4], {"components": code})
    assert parts["body"] == "*123456* is your verification code."
    assert parts["buttons"] == [{"kind": "copy", "text": "Copy code", "code": "123456"}]


def test_a_list_and_buttons_can_be_pressed_and_a_flow_cannot() -> None:
    rows = [{"title": "S", "rows": [{"id": "1", "title": "One", "description": "First"}]}]
    choices = {"type": "button", "body": {"text": "?"}, "action": {"buttons": [{"reply": {"id": "y", "title": "Yes"}}]}}
    menu = {"type": "list", "body": {"text": "?"}, "action": {"button": "Open", "sections": rows}}
    flow = {"type": "flow", "body": {"text": "?"}, "action": {"parameters": {"flow_cta": "Book"}}}
    assert shown("interactive", choices)["buttons"] == [{"kind": "choice", "text": "Yes", "id": "y"}]
    assert shown("interactive", menu)["list"] == {"title": "Open", "sections": rows}
    assert shown("interactive", flow)["buttons"] == [{"kind": "off", "text": "Book"}]


def test_a_link_is_named_and_never_fetched() -> None:
    assert shown("image", {"link": "https://cdn.example/a.jpg", "caption": "Look"})["media"] == {
        "kind": "image", "name": "", "link": "https://cdn.example/a.jpg", "host": "cdn.example"
    }  # fmt: skip


def test_what_a_person_pressed_is_shown_as_its_title() -> None:
    assert written("button", {"text": "Stop promotions", "payload": "STOP"})["body"] == "Stop promotions"
    reply = {"type": "list_reply", "list_reply": {"id": "1", "title": "One", "description": "First"}}
    assert (written("interactive", reply)["body"], written("interactive", reply)["detail"]) == ("One", "First")


def test_the_list_says_what_came_last() -> None:
    chat = Chat("p", "49", [sent("reaction", {"message_id": "wamid.0", "emoji": "👍"})])
    summary = phone_view.summary(WORLD.state, chat)
    assert (summary or {})["text"] == "Reacted 👍"
    assert phone_view.summary(WORLD.state, Chat("p", "49")) is None


@pytest.mark.parametrize(
    ("status", "outcome", "arrived"),
    [("delivered", "read", True), ("sent", "sent", False), ("failed:131026", "failed:131026", False),
     ("accepted", "read", True), ("accepted", "silence", False), ("accepted", "sent_failed:131026", False),
     ("accepted", "failed_delivered:131026", True), ("accepted", "late_answer:131047", False)],
)  # fmt: skip
def test_a_message_is_on_the_phone_once_it_was_delivered(status: str, outcome: str, arrived: bool) -> None:
    message = Message("w", "p", "49", "text", None, None, 1.0, "service", outcome, "49", "", "49", status=status)
    assert phone_view.reached_phone(message) is arrived


@given(kind=KINDS, content=JSON)
@example("contacts", [{"name": {"formatted_name": "x"}, "phones": [1]}])
@example("contacts", [{"name": {"formatted_name": "x"}, "phones": 1}])
@example("interactive", {"type": "carousel", "body": {"text": "x"}, "action": {"parameters": []}})
@example("interactive", {"type": "location_request_message", "body": {"text": "x"}, "action": {"name": 1}})
@example("image", {"link": "http://[x]/", "filename": 1, "caption": "x"})
@example("text", {"body": "x"})
def test_whatever_is_accepted_can_be_shown(kind: str, content: Any) -> None:
    body = {"to": "+4915112345678", "type": kind, kind: content}
    try:
        draft = read_draft(WORLD, NUMBER, body)
    except GraphError:
        return
    components = draft.template.components if draft.template else None
    entry = sent(kind, draft.content)
    entry.components = components
    assert phone_view.view(WORLD.state, entry)["type"] == kind


@given(kind=KINDS, content=JSON)
def test_whatever_a_person_writes_can_be_shown(kind: str, content: Any) -> None:
    assert written(kind, content)["mine"] is True
    assert phone_view.summary(WORLD.state, Chat("p", "49", [Entry(1, "w", 1.0, kind, content)])) is not None
