"""What a template expects of a send: derived once from its components (templates/components)."""

import re
from dataclasses import dataclass, field
from typing import Any

from .state import Template

VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
MEDIA_HEADERS = ("image", "video", "document", "location", "gif")


@dataclass(slots=True)
class Shape:
    """The variables of each part; `buttons` maps an index to the parameter its button must be given."""

    named: bool
    header: str = ""
    header_variables: list[str] = field(default_factory=list)
    body_variables: list[str] = field(default_factory=list)
    body_length: int = 0
    buttons: dict[int, str] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)


def shape_of(template: Template) -> Shape:
    """Return a template's shape, kept on the template until its components change."""
    if template.shape is None:
        template.shape = _read(template)
    shape: Shape = template.shape
    return shape


def _read(template: Template) -> Shape:
    shape = Shape(template.parameter_format.upper() == "NAMED")
    for component in template.components:
        kind = str(component.get("type", "")).upper()
        text = component.get("text") or ""
        if kind == "HEADER":
            shape.header = str(component.get("format", "TEXT")).lower()
            shape.header_variables = variables(text)
        elif kind == "BODY":
            shape.body_variables = variables(text)
            shape.body_length = len(VARIABLE.sub("", text))
            if template.category == "AUTHENTICATION" and not text:
                shape.body_variables = ["1"]
        elif kind == "BUTTONS":
            _read_buttons(shape, component.get("buttons", []))
    return shape


def _read_buttons(shape: Shape, buttons: list[dict[str, Any]]) -> None:
    for index, button in enumerate(buttons):
        kind = str(button.get("type", "")).upper()
        shape.kinds[index] = "url" if kind == "OTP" else kind.lower()
        if kind == "OTP" or (kind == "URL" and variables(button.get("url", ""))):
            shape.buttons[index] = "text"
        elif kind == "COPY_CODE":
            shape.buttons[index] = "coupon_code"


def variables(text: str) -> list[str]:
    """Return the distinct variables of a text in order."""
    return list(dict.fromkeys(VARIABLE.findall(text)))
