"""Messages that hold a list: contact data that somebody shared, and orders from a catalogue."""

from collections.abc import Iterator, Mapping
from typing import Any

from aerostic.messaging.bodies import Body, Card, Line
from aerostic.messaging.values import mapping, number, objects, text

MOST = 50


def contacts(kind: str, content: Mapping[str, Any]) -> Body:
    """Shared contact data; a card each."""
    cards = [Card(_name(item), tuple(_lines(item))) for item in objects(content.get(kind))]
    return Body(kind, cards=tuple(cards[:MOST]))


def order(kind: str, content: Mapping[str, Any]) -> Body:
    """Products that somebody wants to buy, with what was written beside them."""
    part = mapping(content.get(kind))
    lines = [_product(item) for item in objects(part.get("product_items"))]
    return Body(kind, text(part.get("text")), lines=tuple(lines[:MOST]))


def _name(item: dict[str, Any]) -> str:
    name = mapping(item.get("name"))
    parts = (text(name.get("first_name")), text(name.get("last_name")))
    return text(name.get("formatted_name")) or " ".join(filter(None, parts)) or next(_lines(item), "")


def _lines(item: dict[str, Any]) -> Iterator[str]:
    for phone in objects(item.get("phones")):
        yield from filter(None, [text(phone.get("phone")) or text(phone.get("wa_id"))])
    for email in objects(item.get("emails")):
        yield from filter(None, [text(email.get("email"))])
    for url in objects(item.get("urls")):
        yield from filter(None, [text(url.get("url"))])
    yield from filter(None, [text(mapping(item.get("org")).get("company"))])


def _product(item: dict[str, Any]) -> Line:
    price, count = number(item.get("item_price")), number(item.get("quantity"))
    how = f"{count:g} \u00d7 {price:g} {text(item.get('currency'))}" if price is not None and count is not None else ""
    return Line(text(item.get("product_retailer_id")), how.strip())
