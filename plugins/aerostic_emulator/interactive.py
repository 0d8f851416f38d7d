"""Validation of interactive messages (messages/interactive-*-messages)."""

from collections.abc import Callable
from typing import Any

from .errors import GraphError
from .rules import need, need_list, need_object, need_text, unique

_MEDIA_HEADERS = ("image", "video", "document")
_NO_BODY = {"product"}


def check_interactive(content: dict[str, Any]) -> None:
    """Refuse an interactive message that breaks a rule or a limit of its kind."""
    kind = str(need(content, "type"))
    check = _ACTIONS.get(kind)
    if check is None:
        raise GraphError(131009, f"Parameter 'interactive.type' has no value '{kind}'.")
    _frame(kind, content)
    check(need_object(content.get("action"), "action"))


def _frame(kind: str, content: dict[str, Any]) -> None:
    if kind not in _NO_BODY or "body" in content:
        need_text(need_object(content.get("body"), "body"), "text", 4096 if kind == "list" else 1024)
    if footer := content.get("footer"):
        need_text(need_object(footer, "footer"), "text", 60)
    if header := content.get("header"):
        _header(kind, need_object(header, "header"))
    elif kind == "product_list":
        raise GraphError(131008, "Parameter 'header' is required.")


def _header(kind: str, header: dict[str, Any]) -> None:
    form = need(header, "type")
    if form == "text":
        need_text(header, "text", 60)
    elif form in _MEDIA_HEADERS and kind not in ("list", "product_list"):
        media = need_object(header.get(form), form)
        if not media.get("id") and not media.get("link"):
            raise GraphError(131008, f"Parameter 'header.{form}' needs 'id' or 'link'.")
    else:
        raise GraphError(131009, f"Parameter 'header.type' has no value '{form}' here.")


def _buttons(action: dict[str, Any]) -> None:
    replies = [need_object(need_object(b, "button").get("reply"), "reply")
               for b in need_list(action.get("buttons"), "buttons", 3)]  # fmt: skip
    unique([need_text(reply, "id", 256) for reply in replies], "id")
    unique([need_text(reply, "title", 20) for reply in replies], "title")


def _list(action: dict[str, Any]) -> None:
    need_text(action, "button", 20)
    sections = need_list(action.get("sections"), "sections", 10)
    rows: list[dict[str, Any]] = []
    for section in sections:
        if len(sections) > 1 or section.get("title"):
            need_text(section, "title", 24)
        rows += need_list(section.get("rows"), "rows", 10)
    need_list(rows, "rows", 10)
    unique([need_text(row, "id", 200) for row in rows], "id")
    for row in rows:
        need_text(row, "title", 24)
        if row.get("description"):
            need_text(row, "description", 72)


def _cta_url(action: dict[str, Any]) -> None:
    parameters = need_object(action.get("parameters"), "parameters")
    need_text(parameters, "display_text", 20)
    if not need_text(parameters, "url", 2000).startswith(("http://", "https://")):
        raise GraphError(131009, "Parameter 'url' is not a valid URI.")


def _flow(action: dict[str, Any]) -> None:
    parameters = need_object(action.get("parameters"), "parameters")
    need_text(parameters, "flow_cta", 30)
    need(parameters, "flow_message_version")
    if not parameters.get("flow_id") and not parameters.get("flow_name"):
        raise GraphError(131008, "Parameter 'flow_id' or 'flow_name' is required.")


def _product(action: dict[str, Any]) -> None:
    need(action, "catalog_id")
    need(action, "product_retailer_id")


def _product_list(action: dict[str, Any]) -> None:
    need(action, "catalog_id")
    sections = need_list(action.get("sections"), "sections", 10)
    items = [item for section in sections for item in need_list(section.get("product_items"), "product_items", 30)]
    for item in need_list(items, "product_items", 30):
        need(item, "product_retailer_id")


def _named(action: dict[str, Any]) -> None:
    need(action, "name")


def _anything(action: dict[str, Any]) -> None:
    """Accept: the emulator knows the kind but none of its limits."""


_ACTIONS: dict[str, Callable[[dict[str, Any]], None]] = {
    "button": _buttons,
    "list": _list,
    "cta_url": _cta_url,
    "flow": _flow,
    "product": _product,
    "product_list": _product_list,
    "catalog_message": _named,
    "location_request_message": _named,
    "request_contact_info": _named,
    "address_message": _anything,
    "order_details": _anything,
    "order_status": _anything,
    "call_permission_request": _anything,
    "carousel": _anything,
}
