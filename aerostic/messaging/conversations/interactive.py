"""Interactive messages: what we offered (buttons, a list, a link) and what a person chose."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from aerostic.messaging.bodies import Body, Button, Line
from aerostic.messaging.values import mapping, objects, text
from aerostic.words import N_

FORM = N_("Filled in a form.")
MAY_CALL = N_("Allowed calls.")
MAY_NOT_CALL = N_("Declined calls.")
EMPTY = N_("Chose something that WhatsApp did not pass on.")
NOT_ANSWERS = frozenset(("flow_token",))
MOST = 50


def read(kind: str, content: Mapping[str, Any]) -> Body:
    """A choice, a filled-in form, or an offer of ours."""
    part = mapping(content.get(kind))
    what = text(part.get("type"))
    chosen = mapping(part.get(what))
    match what:
        case "button_reply" | "list_reply":
            return Body(
                kind, text(chosen.get("title")) or text(chosen.get("id")), footer=text(chosen.get("description"))
            )
        case "nfm_reply":
            return Body(kind, notice=FORM, lines=tuple(_answers(chosen)))
        case "call_permission_reply":
            return Body(kind, notice=MAY_CALL if chosen.get("response") == "accept" else MAY_NOT_CALL)
        case "":
            return Body(kind, notice=EMPTY)
    return _offer(kind, part)


def _answers(chosen: dict[str, Any]) -> Iterator[Line]:
    """What was filled in, a line each; the form's own names stand for its questions."""
    try:
        filled = mapping(orjson.loads(text(chosen.get("response_json"))))
    except orjson.JSONDecodeError:
        return
    for name, value in list(filled.items())[:MOST]:
        if name not in NOT_ANSWERS:
            yield Line(name.replace("_", " "), text(value) or orjson.dumps(value).decode())


def _offer(kind: str, part: dict[str, Any]) -> Body:
    return Body(
        kind,
        text(mapping(part.get("body")).get("text")),
        header=text(mapping(part.get("header")).get("text")),
        footer=text(mapping(part.get("footer")).get("text")),
        buttons=tuple(_buttons(mapping(part.get("action")))),
    )


def _buttons(action: dict[str, Any]) -> Iterator[Button]:
    for button in objects(action.get("buttons")):
        yield Button("reply", text(mapping(button.get("reply")).get("title")))
    if text(action.get("button")):
        yield Button("list", text(action.get("button")))
    parameters = mapping(action.get("parameters"))
    if text(parameters.get("display_text")):
        yield Button("url", text(parameters.get("display_text")), text(parameters.get("url")))
