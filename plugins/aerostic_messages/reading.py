"""Reading a message as the answer to a question."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from aerostic.sdk import N_, contacts

from .languages import day, locale_of, number

Kind = Literal["text", "email", "number", "date", "choice"]
LABELS = {
    "text": N_("Any words"),
    "email": N_("An e-mail address"),
    "number": N_("A number"),
    "date": N_("A day"),
    "choice": N_("One of these choices"),
}


class Asked(NamedTuple):
    """Who was asked, of what may be chosen, and when.

    Args:
        contact: as expressions see it.
    """

    contact: Mapping[str, Any]
    choices: Sequence[str]
    now: datetime


def read(expects: str, message: Mapping[str, Any], asked: Asked) -> Any:
    """The answer that a message gives; None where it is none."""
    if expects == "location":
        return message.get("location") or None
    said = str(message.get("text", "")).strip()
    return READERS[expects](said, asked) if said else None


def _email(said: str, _asked: Asked) -> str | None:
    try:
        return contacts.clean_email(said)
    except contacts.EmailError:
        return None


def _number(said: str, asked: Asked) -> int | float | None:
    return number(said, locale_of(asked.contact))


def _date(said: str, asked: Asked) -> str | None:
    today = asked.now.astimezone(ZoneInfo(asked.contact.get("zone") or "UTC")).date()
    found = day(said, locale_of(asked.contact), today)
    return found.isoformat() if found else None


def _choice(said: str, asked: Asked) -> str | None:
    folded = " ".join(said.casefold().split())
    return next((choice for choice in asked.choices if " ".join(choice.casefold().split()) == folded), None)


READERS: dict[str, Callable[[str, Asked], Any]] = {
    "text": lambda said, _asked: said,
    "email": _email,
    "number": _number,
    "date": _date,
    "choice": _choice,
}
