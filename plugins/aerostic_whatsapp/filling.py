"""Filling a template in: its values, in the order of its variables, become the content of a message."""

import re
from typing import Any

from aerostic.sdk import N_, TemplateData, Variable
from aerostic_whatsapp.variables import MEDIA, buttons, variables

LONGEST = {"text": 1024, "url": 2000, "copy_code": 20, "link": 2000}
LONGEST_CODE = 15
BROKEN_TEXT = re.compile(r"[\n\t]| {5}")
HEADER_KINDS = frozenset((*MEDIA, "location"))


def template_content(template: TemplateData, values: list[str]) -> dict[str, Any]:
    """The content of a message from a template; see `sdk.Channel.template_content`.

    A media header takes an `https://` address or the id of uploaded media; a location header `latitude,longitude`, with
    an optional name and address behind further commas.

    Raises:
        ValueError: which value is missing, superfluous or unfit.
    """
    places = variables(template)
    if len(values) != len(places):
        raise ValueError(f"The template {template.name} takes {len(places)} values, got {len(values)}.")
    for place, value in zip(places, values, strict=True):
        _check(template, place, value)
    filled = list(zip(places, values, strict=True))
    if template.category.upper() == "AUTHENTICATION":
        parts = _authentication(template, values[0])
    else:
        parts = [*_header(template, filled), *_body(template, filled), *_buttons(filled)]
    content: dict[str, Any] = {"name": template.name, "language": {"code": template.language}}
    if parts:
        content["components"] = parts
    return {"type": "template", "template": content}


def _check(template: TemplateData, place: Variable, value: str) -> None:
    where = f"{place.component} value {place.name!r} of {template.name}"
    if not value.strip():
        raise ValueError(f"The {where} is empty.")
    longest = LONGEST.get(place.kind, LONGEST["link"])
    if template.category.upper() == "AUTHENTICATION":
        longest = LONGEST_CODE
    if len(value) > longest:
        raise ValueError(f"The {where} is longer than {longest} characters.")
    if place.kind == "text" and BROKEN_TEXT.search(value):
        raise ValueError(f"The {where} has a line break, a tab or more than four spaces in a row.")


def _header(template: TemplateData, filled: list[tuple[Variable, str]]) -> list[dict[str, Any]]:
    parameters = []
    for place, value in filled:
        if place.component != "header":
            continue
        if place.kind == "location":
            parameters.append({"type": "location", "location": _location(value)})
        elif place.kind in HEADER_KINDS:
            parameters.append({"type": place.kind, place.kind: _media(place, value)})
        else:
            parameters.append(_text(template, place, value))
    return [{"type": "header", "parameters": parameters}] if parameters else []


def _body(template: TemplateData, filled: list[tuple[Variable, str]]) -> list[dict[str, Any]]:
    parameters = [_text(template, place, value) for place, value in filled if place.component == "body"]
    return [{"type": "body", "parameters": parameters}] if parameters else []


def _buttons(filled: list[tuple[Variable, str]]) -> list[dict[str, Any]]:
    parts = []
    for place, value in filled:
        if place.kind == "url":
            parts.append(_button("url", place.index, {"type": "text", "text": value}))
        elif place.kind == "copy_code":
            parts.append(_button("copy_code", place.index, {"type": "coupon_code", "coupon_code": value}))
    return parts


def _authentication(template: TemplateData, code: str) -> list[dict[str, Any]]:
    """The code goes into the body and, for the button that copies it, into its address as well."""
    parameter = {"type": "text", "text": code}
    parts: list[dict[str, Any]] = [{"type": "body", "parameters": [parameter]}]
    parts += [_button("url", index, parameter) for index, kind, _ in buttons(template) if kind == "URL"]
    return parts


def _button(kind: str, index: int, parameter: dict[str, Any]) -> dict[str, Any]:
    return {"type": "button", "sub_type": kind, "index": str(index), "parameters": [parameter]}


def _text(template: TemplateData, place: Variable, value: str) -> dict[str, Any]:
    parameter = {"type": "text", "text": value}
    if template.parameter_format.upper() == "NAMED":
        parameter["parameter_name"] = place.name
    return parameter


def _media(place: Variable, value: str) -> dict[str, Any]:
    if value.startswith("https://"):
        return {"link": value}
    if value.isascii() and value.isdigit():
        return {"id": value}
    raise ValueError(f"The header's {place.kind} has to be an https:// address or the id of uploaded media.")


def _location(value: str) -> dict[str, Any]:
    latitude, _, rest = value.partition(",")
    longitude, _, rest = rest.partition(",")
    try:
        place: dict[str, Any] = {"latitude": float(latitude), "longitude": float(longitude)}
    except ValueError:
        raise ValueError(N_("The header's location has to be latitude,longitude.")) from None
    name, _, address = rest.partition(",")
    return place | {key: text.strip() for key, text in (("name", name), ("address", address)) if text.strip()}
