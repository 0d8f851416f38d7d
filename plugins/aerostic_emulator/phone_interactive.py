"""An interactive message as a person sees it: its text, and what can be pressed or chosen."""

from typing import Any

from .loose import as_object, as_objects, as_text

Part = dict[str, Any]


def interactive_parts(content: Part) -> Part:
    """Return an interactive message's parts; what a person cannot do here is a button that is off."""
    action = as_object(content.get("action"))
    parts: Part = {"buttons": _buttons(as_text(content.get("type")), action)}
    parts["body"] = as_text(as_object(content.get("body")).get("text"))
    parts["footer"] = as_text(as_object(content.get("footer")).get("text"))
    if header := as_object(content.get("header")):
        kind = as_text(header.get("type")) or "text"
        part = {"text": as_text(header.get("text"))} if kind == "text" else as_object(header.get(kind))
        parts["header"] = {**part, "kind": kind}
    if content.get("type") == "list":
        parts["list"] = {"title": as_text(action.get("button")), "sections": _sections(action)}
    return parts


def _sections(action: Part) -> list[Part]:
    return [
        {"title": as_text(section.get("title")), "rows": [_row(row) for row in as_objects(section.get("rows"))]}
        for section in as_objects(action.get("sections"))
    ]


def _row(row: Part) -> Part:
    return {name: as_text(row.get(name)) for name in ("id", "title", "description")}


def _buttons(kind: str, action: Part) -> list[Part]:
    parameters = as_object(action.get("parameters"))
    if kind == "list":
        return []
    if kind == "button":
        replies = [as_object(button.get("reply")) for button in as_objects(action.get("buttons"))]
        return [
            {"kind": "choice", "text": as_text(reply.get("title")), "id": as_text(reply.get("id"))} for reply in replies
        ]
    if kind == "cta_url":
        return [{"kind": "url", "text": as_text(parameters.get("display_text")), "url": as_text(parameters.get("url"))}]
    if kind == "location_request_message":
        return [{"kind": "location", "text": "Send location"}]
    return [{"kind": "off", "text": as_text(parameters.get("flow_cta")) or kind.replace("_", " ").capitalize()}]
