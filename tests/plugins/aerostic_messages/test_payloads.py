"""What each step sends is, to the letter, what the Cloud API takes; what would be too long is refused before it leaves."""

from typing import Any

import pytest

from aerostic.flows.checking import check
from aerostic.flows.kinds import kinds_of
from tests.support.factories import make_template
from tests.support.flowing import Shop, flow, node

LINK = "https://shop.example/a.jpg"


def sends(shop: Shop, kind: str, **config: Any) -> list[dict[str, Any]]:
    shop.publish(flow(node("a", kind, **config), edges="in>a"))
    shop.says("hello")
    return shop.sent()


@pytest.mark.parametrize(
    ("kind", "config", "content"),
    [
        (
            "messages.text",
            {"text": "Hi {{ contact.first_name }}"},
            {"type": "text", "text": {"body": "Hi Ada", "preview_url": True}},
        ),
        (
            "messages.image",
            {"link": LINK, "caption": "{{ workspace.name }}"},
            {"type": "image", "image": {"link": LINK, "caption": "Maple Street Shop"}},
        ),
        ("messages.video", {"media": "1037543291543636"}, {"type": "video", "video": {"id": "1037543291543636"}}),
        (
            "messages.document",
            {"link": LINK, "name": "offer.pdf"},
            {"type": "document", "document": {"link": LINK, "filename": "offer.pdf"}},
        ),
        (
            "messages.buttons",
            {
                "text": "Which?",
                "buttons": [{"title": "Red"}, {"title": "Blue", "id": "b"}],
                "header": "Colours",
                "footer": "Soon",
            },
            {
                "type": "interactive",
                "interactive": {
                    "type": "button",
                    "header": {"type": "text", "text": "Colours"},
                    "body": {"text": "Which?"},
                    "footer": {"text": "Soon"},
                    "action": {
                        "buttons": [
                            {"type": "reply", "reply": {"id": "Red", "title": "Red"}},
                            {"type": "reply", "reply": {"id": "b", "title": "Blue"}},
                        ]
                    },
                },
            },
        ),
        (
            "messages.list",
            {
                "text": "Which?",
                "button": "Choose",
                "rows": [
                    {"title": "Tea", "id": "t", "section": "Hot"},
                    {"title": "Juice", "section": "Cold", "description": "Apple"},
                    {"title": "Coffee", "section": "Hot"},
                ],
            },
            {
                "type": "interactive",
                "interactive": {
                    "type": "list",
                    "body": {"text": "Which?"},
                    "action": {
                        "button": "Choose",
                        "sections": [
                            {
                                "title": "Hot",
                                "rows": [{"id": "t", "title": "Tea"}, {"id": "Coffee", "title": "Coffee"}],
                            },
                            {"title": "Cold", "rows": [{"id": "Juice", "title": "Juice", "description": "Apple"}]},
                        ],
                    },
                },
            },
        ),
        (
            "messages.ask",
            {"text": "Size?", "expects": "choice", "choices": ["S", "M", "L", "XL"], "button": "Sizes"},
            {
                "type": "interactive",
                "interactive": {
                    "type": "list",
                    "body": {"text": "Size?"},
                    "action": {
                        "button": "Sizes",
                        "sections": [{"rows": [{"id": s, "title": s} for s in ("S", "M", "L", "XL")]}],
                    },
                },
            },
        ),
        (
            "messages.location_request",
            {"text": "Where are you?"},
            {
                "type": "interactive",
                "interactive": {
                    "type": "location_request_message",
                    "body": {"text": "Where are you?"},
                    "action": {"name": "send_location"},
                },
            },
        ),
    ],
)
def test_what_is_sent_is_what_the_provider_takes(
    shop: Shop, kind: str, config: dict[str, Any], content: dict[str, Any]
):
    assert sends(shop, kind, **config) == [content]


def test_a_template_is_sent_with_its_values(shop: Shop):
    template = make_template(shop.tenant_id, shop.account, category="UTILITY")
    (sent,) = sends(shop, "messages.template", template=template.name, values=["{{ contact.first_name }}"])
    filled = [{"type": "body", "parameters": [{"type": "text", "text": "Ada"}]}]
    language = {"code": "en_US"}
    assert sent == {"type": "template", "template": {"name": template.name, "language": language, "components": filled}}


BIG = "{{ message.text }}"
BUTTONS = [{"title": "Yes"}]
ROWS = [{"title": "One"}]


@pytest.mark.parametrize(
    ("kind", "config", "most"),
    [
        ("messages.text", {"text": BIG}, 4_096),
        ("messages.image", {"link": LINK, "caption": BIG}, 1_024),
        ("messages.video", {"link": LINK, "caption": BIG}, 1_024),
        ("messages.document", {"link": LINK, "caption": BIG}, 1_024),
        ("messages.buttons", {"text": BIG, "buttons": BUTTONS}, 1_024),
        ("messages.buttons", {"text": "?", "buttons": [{"title": BIG, "id": "x"}]}, 20),
        ("messages.buttons", {"text": "?", "buttons": [{"title": "x", "id": BIG}]}, 256),
        ("messages.buttons", {"text": "?", "buttons": BUTTONS, "header": BIG}, 60),
        ("messages.buttons", {"text": "?", "buttons": BUTTONS, "footer": BIG}, 60),
        ("messages.list", {"text": BIG, "button": "b", "rows": ROWS}, 4_096),
        ("messages.list", {"text": "?", "button": BIG, "rows": ROWS}, 20),
        ("messages.list", {"text": "?", "button": "b", "rows": [{"title": BIG}]}, 24),
        ("messages.list", {"text": "?", "button": "b", "rows": [{"title": "x", "id": BIG}]}, 200),
        ("messages.list", {"text": "?", "button": "b", "rows": [{"title": "x", "description": BIG}]}, 72),
        ("messages.list", {"text": "?", "button": "b", "rows": [{"title": "x", "section": BIG}]}, 24),
        ("messages.location_request", {"text": BIG}, 1_024),
        ("messages.ask", {"text": BIG}, 4_096),
        ("messages.ask", {"text": BIG, "expects": "choice", "choices": ["a", "b", "c", "d"]}, 4_096),
    ],
)
def test_what_grew_too_long_fails_at_its_node_and_not_at_the_provider(
    shop: Shop, kind: str, config: dict[str, Any], most: int
):
    shop.publish(flow(node("a", kind, **config), node("e", "logic.end"), edges="in>a a.error>e"))
    shop.says("x" * most)
    assert ([error for _node, error in shop.errors()], len(shop.sent())) == ([], 1)
    shop.cancel()
    shop.says("x" * (most + 1))
    assert len(shop.sent()) == 1
    assert (shop.runs()[-1].state, shop.path()) == ("ended", "in:next a:error e:done")


@pytest.mark.parametrize(
    ("kind", "config", "code", "field"),
    [
        ("messages.text", {"text": "x" * 4_097}, "too_long", "text"),
        ("messages.text", {"text": "  "}, "empty", "text"),
        ("messages.text", {}, "empty", "text"),
        ("messages.image", {}, "field", ""),
        ("messages.image", {"link": LINK, "media": "1"}, "field", ""),
        ("messages.image", {"link": "ftp://shop.example/a.jpg"}, "field", ""),
        ("messages.buttons", {"text": "?", "buttons": []}, "empty", "buttons"),
        ("messages.buttons", {"text": "?", "buttons": [{"title": str(n)} for n in range(4)]}, "too_long", "buttons"),
        ("messages.buttons", {"text": "?", "buttons": [{"title": "x" * 21}]}, "too_long", "buttons.0.title"),
        ("messages.buttons", {"text": "?", "buttons": [{"title": "a"}, {"title": "a", "id": "b"}]}, "field", ""),
        (
            "messages.list",
            {"text": "?", "button": "b", "rows": [{"title": str(n)} for n in range(11)]},
            "too_long",
            "rows",
        ),
        (
            "messages.list",
            {"text": "?", "button": "b", "rows": [{"title": "a", "section": "s"}, {"title": "b"}]},
            "field",
            "",
        ),
        ("messages.ask", {"text": "?", "expects": "choice"}, "field", ""),
        ("messages.ask", {"text": "?", "expects": "choice", "choices": ["a", "A"]}, "field", ""),
        ("messages.ask", {"text": "?", "expects": "choice", "choices": ["x" * 21]}, "field", ""),
        ("messages.ask", {"text": "x" * 1_025, "expects": "choice", "choices": ["a"]}, "field", ""),
        ("messages.ask", {"text": "?", "expects": "choice", "choices": list("abcdefghijk")}, "too_long", "choices"),
        ("messages.template", {"template": "x", "values": ["x" * 1_025]}, "too_long", "values.0"),
    ],
)
def test_what_is_written_too_long_or_wrong_is_told_before_it_is_published(
    shop: Shop, kind: str, config: dict[str, Any], code: str, field: str
):
    with shop.scope() as session:
        found = check(flow(node("a", kind, **config), edges="in>a"), kinds_of(session, shop.tenant_id))
    assert [(one.code, one.node, one.field) for one in found] == [(code, "a", field)]


@pytest.mark.parametrize("config", [{"which": "keyword"}, {"which": "keyword", "words": [" "]}])
def test_a_trigger_for_keywords_needs_some(shop: Shop, config: dict[str, Any]):
    start = {"id": "in", "kind": "messages.received", "config": config}
    with shop.scope() as session:
        found = check(flow(edges="", start=start), kinds_of(session, shop.tenant_id))
    assert [(one.code, one.node) for one in found] == [("field", "in")]


def test_limits_are_of_what_comes_out_not_of_what_is_written(shop: Shop):
    title = "{{ contact.first_name | default('somebody else') | truncate(20) }}"
    assert sends(shop, "messages.buttons", text="Who?", buttons=[{"title": title, "id": "me"}])


def test_what_a_customer_writes_cannot_pass_for_an_expression(shop: Shop):
    shop.publish(flow(node("a", "messages.buttons", text="?", buttons=[{"title": "{{ message.text }}"}]), edges="in>a"))
    shop.says("{{ contact.phone }} and more than twenty characters")
    assert (shop.sent(), shop.errors()) == ([], [("a", "too_long")])
