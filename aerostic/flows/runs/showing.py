"""A journal as it is shown: without personal data and secrets, unless whoever looks may see a person whole."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from aerostic.flows.state import Done
from aerostic.security.masking import mask, mask_fields


def shown(steps: Iterable[Done], *, revealed: bool) -> list[Done]:
    """The steps of a run for a page, an answer of the API, or a terminal.

    Args:
        revealed: whether the person sees this contact whole: `contacts.reveal`, for which they gave a reason.
    """
    return list(steps) if revealed else [_masked(step) for step in steps]


def shown_text(text: str, *, revealed: bool) -> str:
    """Words of a run or a trial, such as those of a message. As `shown`."""
    return text if revealed else mask(text)


def _masked(step: Done) -> Done:
    code, words = step.error
    given, gave, values = map(_texts, (step.input, step.output, step.values))
    return replace(step, input=given, output=gave, values=values, error=(code, mask(words)))


def _texts(values: dict[str, Any]) -> dict[str, Any]:
    """By the names of its keys first, then whatever still looks like somebody's."""
    found: dict[str, Any] = _within(mask_fields(values))
    return found


def _within(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {mask(str(key)): _within(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_within(one) for one in value]
    return value
