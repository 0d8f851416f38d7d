"""What a template must look like to be taken for review (templates/components, support/error-codes)."""

import itertools
import re
from collections import Counter
from typing import Any

from .errors import GraphError
from .template_shape import variables

CATEGORIES = ("MARKETING", "UTILITY", "AUTHENTICATION")
_NAME = re.compile(r"[a-z0-9_]{1,512}")
_EDGE = re.compile(r"^\s*\{\{\w+\}\}|\{\{\w+\}\}\s*$")
_ADJACENT = re.compile(r"\}\}\s*\{\{")
_MOST_BUTTONS = {"URL": 2, "PHONE_NUMBER": 1, "COPY_CODE": 1}
_PROMOTIONAL = re.compile(r"\b(sale|discount|offer|deal|% off|coupon|buy now)\b", re.IGNORECASE)


def check_name(name: Any) -> None:
    """Refuse a name with other characters than lowercase letters, digits and underscores."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise GraphError(100, message="(#100) Param name must be lowercase alphanumeric characters and underscores.")


def check_components(category: str, components: Any) -> None:
    """Refuse components that break a format rule."""
    if not components or not _are_objects(components):
        raise GraphError(100, message="(#100) Param components must be a non-empty array of objects.")
    by_kind = {str(component.get("type", "")).upper(): component for component in components}
    if "BODY" not in by_kind:
        raise GraphError(2388072, "A template needs a body.")
    if category != "AUTHENTICATION":
        _check_body(by_kind["BODY"])
    if header := by_kind.get("HEADER"):
        _check_header(header)
    if footer := by_kind.get("FOOTER"):
        _check_footer(footer)
    if buttons := by_kind.get("BUTTONS"):
        _check_buttons(buttons.get("buttons") or [])


def is_promotional(components: list[dict[str, Any]]) -> bool:
    """Return whether a body reads like marketing: then a UTILITY request is approved as MARKETING."""
    return any(_PROMOTIONAL.search(str(component.get("text", ""))) for component in components)


def has_adjacent_variables(components: list[dict[str, Any]]) -> bool:
    """Return whether two variables stand side by side: the review rejects that."""
    return any(_ADJACENT.search(str(component.get("text", ""))) for component in components)


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(entry, dict) for entry in value)


def _check_body(body: dict[str, Any]) -> None:
    text = body.get("text")
    if not isinstance(text, str) or not text:
        raise GraphError(2388072, "The body has no text.")
    if len(text) > 1024:
        raise GraphError(2388040, "The body is longer than 1024 characters.")
    if _EDGE.search(text):
        raise GraphError(2388299)
    names = variables(text)
    if len(names) * 3 > len(text.split()):
        raise GraphError(2388293)
    positions = [name for name in names if name.isdecimal()]
    if positions and sorted(map(int, positions)) != list(range(1, len(names) + 1)):
        raise GraphError(2388072, "Positional variables must be contiguous from {{1}}.")
    if names and not body.get("example"):
        raise GraphError(2388072, "A body with variables needs an example.")


def _check_header(header: dict[str, Any]) -> None:
    form = str(header.get("format", "")).upper()
    if form == "TEXT":
        text = header.get("text")
        if not isinstance(text, str) or not 0 < len(text) <= 60 or len(variables(text)) > 1:
            raise GraphError(2388047, "A text header has 1 to 60 characters and one variable at most.")
    elif form in ("IMAGE", "VIDEO", "DOCUMENT", "GIF"):
        example = header.get("example")
        if not isinstance(example, dict) or not example.get("header_handle"):
            raise GraphError(2388047, "A media header needs an example handle.")
    elif form != "LOCATION":
        raise GraphError(2388047)


def _check_footer(footer: dict[str, Any]) -> None:
    text = footer.get("text") or ""
    if not isinstance(text, str) or len(text) > 60 or variables(text):
        raise GraphError(2388073, "A footer has 60 characters at most and no variables.")


def _check_buttons(buttons: Any) -> None:
    if not _are_objects(buttons):
        raise GraphError(100, message="(#100) Param buttons must be an array of objects.")
    counts = Counter(str(button.get("type", "")).upper() for button in buttons)
    if len(buttons) > 10 or any(counts[kind] > most for kind, most in _MOST_BUTTONS.items()):
        raise GraphError(100, message="(#100) Too many buttons of a kind.")
    if any(len(str(button.get("text") or "")) > 25 for button in buttons):
        raise GraphError(2388040, "A button's text is longer than 25 characters.")
    kinds = [str(button.get("type", "")).upper() == "QUICK_REPLY" for button in buttons]
    if sum(before != after for before, after in itertools.pairwise(kinds)) > 1:
        raise GraphError(100, message="(#100) Quick replies must be grouped together.")
