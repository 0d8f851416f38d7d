"""What a template needs filled in, read from its components (templates/components)."""

import re
from collections.abc import Iterator
from typing import Any

from aerostic.sdk import TemplateData, Variable

PLACE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
MEDIA = ("image", "video", "document", "gif")


# The template that was asked for last, and its places: a campaign fills the same one a hundred thousand times.
_last: tuple[TemplateData, list[Variable]] | None = None


def variables(template: TemplateData) -> list[Variable]:
    """The places in the order header, body, buttons. An authentication template has one: its code."""
    global _last
    known = _last
    if known is None or known[0] is not template:
        known = _last = (template, _variables(template))
    return known[1]


def _variables(template: TemplateData) -> list[Variable]:
    parts = list(_parts(template))
    if template.category.upper() == "AUTHENTICATION":
        code = next((part for part in parts if part.component == "body"), None)
        return [code or Variable("body", 0, "1", sample="123456")]
    return parts


def components(template: TemplateData, kind: str) -> Iterator[dict[str, Any]]:
    """The template's components of one kind; the provider writes kinds in any case."""
    for component in template.components:
        if isinstance(component, dict) and str(component.get("type", "")).upper() == kind:
            yield component


def buttons(template: TemplateData) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Each button with its position and kind; `OTP` counts as a URL button, as it is sent like one."""
    for component in components(template, "BUTTONS"):
        for index, button in enumerate(component.get("buttons") or []):
            kind = str(button.get("type", "")).upper()
            yield index, "URL" if kind == "OTP" else kind, button


def _parts(template: TemplateData) -> Iterator[Variable]:
    for component in components(template, "HEADER"):
        yield from _header(component)
    for component in components(template, "BODY"):
        yield from _text("body", component)
    for index, kind, button in buttons(template):
        if kind == "URL" and PLACE.search(str(button.get("url", ""))):
            yield Variable("button", index, "1", "url", _suffix(button))
        elif kind == "COPY_CODE":
            yield Variable("button", index, "code", "copy_code", _first(button.get("example")))


def _header(component: dict[str, Any]) -> Iterator[Variable]:
    kind = str(component.get("format", "TEXT")).lower()
    if kind == "text":
        yield from _text("header", component)
    elif kind in MEDIA:
        yield Variable("header", 0, kind, "video" if kind == "gif" else kind)
    elif kind == "location":
        yield Variable("header", 0, kind, kind)


def _text(part: str, component: dict[str, Any]) -> Iterator[Variable]:
    samples = _samples(part, component.get("example") or {})
    names = dict.fromkeys(PLACE.findall(str(component.get("text") or "")))
    for index, name in enumerate(names):
        yield Variable(part, index, name, sample=samples.get(name, ""))


def _samples(part: str, example: dict[str, Any]) -> dict[str, str]:
    """Examples by the name of their variable, positional ones by number."""
    named = example.get(f"{part}_text_named_params") or []
    if named:
        return {str(item.get("param_name")): str(item.get("example", "")) for item in named}
    listed = example.get(f"{part}_text") or []
    if listed and isinstance(listed[0], list):
        listed = listed[0]
    return {str(number): str(value) for number, value in enumerate(listed, 1)}


def _suffix(button: dict[str, Any]) -> str:
    """The part of the example address that stands for the variable."""
    prefix = PLACE.split(str(button.get("url", "")))[0]
    return _first(button.get("example")).removeprefix(prefix)


def _first(example: Any) -> str:
    if isinstance(example, list):
        example = example[0] if example else ""
    return str(example or "")
