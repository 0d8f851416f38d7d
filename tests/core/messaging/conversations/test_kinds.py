"""Every kind of message that a provider posts, as something to read."""

import json
from typing import Any

import pytest
from aerostic_whatsapp.parsing import parse_webhook

from aerostic.messaging.bodies import Attachment, Body, Button, Card, Line, Place
from aerostic.messaging.contract import InboundMessage
from aerostic.messaging.conversations import interactive, kinds
from aerostic.messaging.conversations.kinds import body_of
from tests.plugins.aerostic_whatsapp.documents import DOCUMENTS

SHOWN = {
    "035": Body("interactive", notice=interactive.MAY_CALL),
    "036": Body("interactive", notice=interactive.MAY_NOT_CALL),
    "039": Body("interactive", "title"),
    "040": Body("button", "title"),
    "041": Body("button", "title"),
    "042": Body("interactive", "title"),
    "043": Body("interactive", "title", footer="description"),
    "045": Body(
        "image", "Updated image caption", attachment=Attachment("image", media_id="1234567890", type="image/jpeg")
    ),
    "046": Body(
        "interactive",
        notice=interactive.FORM,
        lines=(
            Line("comment text", "Comment Text"),
            Line("delivery rating", "4"),
            Line("purchase rating", "2"),
            Line("recommend radio", "0"),
            Line("cs rating", "0"),
        ),
    ),
    "047": Body("text", "Body Text"),
    "048": Body("image", attachment=Attachment("image", media_id="65463453", type="image/jpeg")),
    "049": Body("image", attachment=Attachment("image", media_id="65463453", type="image/jpeg")),
    "050": Body("video", "caption", attachment=Attachment("video", media_id="765756756", type="video/mp4")),
    "051": Body(
        "document",
        "caption",
        attachment=Attachment("document", "1234567890987654321", name="filename.pdf", type="application/pdf"),
    ),
    "052": Body("audio", attachment=Attachment("audio", media_id="1234567890987654321", type="audio/ogg")),
    "053": Body("audio", attachment=Attachment("voice", media_id="1234567890987654321", type="audio/ogg")),
    "054": Body("sticker", attachment=Attachment("sticker", media_id="1234567890987654321", type="image/webp")),
    "055": Body("reaction", notice=kinds.REACTED, detail="\U0001f62e"),
    "056": Body("reaction", notice=kinds.UNREACTED),
    "057": Body("location", place=Place(12.25089, 43.90539)),
    "058": Body("location", place=Place(37.4611978, -122.2164385, "Facebook HQ", "1 Hacker Way, Menlo Park, CA 94025")),
    "059": Body(
        "contacts",
        cards=(
            Card("Chandler Bing", ("+1 555-555-5555",)),
            Card("Monica", ("+1 666-666-6666",)),
            Card("Rachel Green", ("+1 777-777-7777",)),
        ),
    ),
    "060": Body(
        "order",
        lines=(
            Line("HAMBURGER", "3 \u00d7 30 ILS"),
            Line("FRENCH_FRIES", "2 \u00d7 35 ILS"),
            Line("SODA", "2 \u00d7 10 ILS"),
        ),
    ),
    "061": Body("unsupported", notice=kinds.NOT_SHOWN),
    "062": Body("unsupported", notice=kinds.NOT_SHOWN, detail="pool"),
    "063": Body("text", "replied text"),
    "064": Body("text", "forwarded text"),
    "065": Body("text", "text forwarded many times"),
    "066": Body("interactive", notice=interactive.EMPTY),
    "067": Body("text", "BODY"),
    "078": Body("system", notice=kinds.SYSTEM["customer_identity_changed"]),
}
BROKEN: tuple[Any, ...] = (None, 7, "x", [], [None], {}, {"type": None}, {"id": {}, "name": []})


def posted() -> dict[str, InboundMessage]:
    """The messages of the sample webhooks, by the number of the sample."""
    found = {}
    for path in DOCUMENTS:
        items = parse_webhook(json.loads(path.read_bytes()))
        found |= {path.name[:3]: item for item in items if isinstance(item, InboundMessage)}
    return found


def test_every_sample_of_a_message_is_shown_as_what_it_says():
    assert {number: body_of(item.content) for number, item in posted().items()} == SHOWN


@pytest.mark.parametrize("kind", [*kinds.READERS, "poll", ""])
@pytest.mark.parametrize("part", BROKEN)
def test_broken_content_of_any_kind_is_shown_as_something(kind, part):
    assert isinstance(body_of({"type": kind, kind: part}).words, str)


@pytest.mark.parametrize("what", ["button_reply", "nfm_reply", "call_permission_reply", "button", "list", "poll"])
@pytest.mark.parametrize("part", BROKEN)
def test_broken_choices_are_shown_as_something(what, part):
    content = {"type": "interactive", "interactive": {"type": what, what: part, "action": part, "body": part}}
    assert isinstance(body_of(content), Body)


def test_an_offer_of_ours_is_shown_with_its_buttons():
    offer = {
        "type": "button",
        "header": {"type": "text", "text": "Your order"},
        "body": {"text": "When shall we come?"},
        "footer": {"text": "Free of charge"},
        "action": {"buttons": [{"type": "reply", "reply": {"id": "1", "title": "Today"}}]},
    }
    shown = body_of({"type": "interactive", "interactive": offer})
    buttons = (Button("reply", "Today"),)
    assert shown == Body("interactive", "When shall we come?", "Your order", "Free of charge", buttons=buttons)


def test_a_message_in_one_line():
    assert [body.words for body in (SHOWN["047"], SHOWN["051"], SHOWN["058"], SHOWN["059"], SHOWN["057"])] == [
        "Body Text",
        "caption",
        "Facebook HQ",
        "Chandler Bing, Monica, Rachel Green",
        "",
    ]
