"""The flags that concern a request, asked for once."""

from time import time

from flask import g

from aerostic.security.restrictions import Action, Restriction, restrictions


def ask(*subjects: tuple[str, str]) -> None:
    """Find out what is held back of these subjects, `(kind, id)`; one without an id is nobody."""
    found = restrictions().of(subject for subject in subjects if subject[1])
    g.setdefault("held", {}).update({kind: flag for (kind, _), flag in found.items()})


def held(kind: str, *actions: Action) -> Restriction | None:
    """The flag of this request's subject of a kind, if it is one of these actions."""
    flag: Restriction | None = g.get("held", {}).get(kind)
    return flag if flag and flag.action in actions else None


def seconds_left(flag: Restriction) -> int:
    """How long a flag still stands, at least a second."""
    return max(1, round(flag.until - time()))
