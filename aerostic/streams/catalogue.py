"""The event catalogue: every type of event there is, what it says and what its data means.

Types are declared where they are emitted: the core's in core_events.py, a plugin's through its registration. Data holds
ids, amounts and codes only, since events reach logs, detectors and other systems.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")


class CatalogueError(Exception):
    """An event type is declared twice, misnamed or unknown."""


@dataclass(frozen=True, slots=True)
class EventType:
    """One type of event.

    Args:
        name: dotted, the subject first, what happened last and in past tense: `message.delivered`.
        description: one sentence on when it is emitted.
        data: what each field of the event's data means.
        permission: what a member's role needs to hear of it on a live page; '' for every member.
    """

    name: str
    description: str
    data: Mapping[str, str] = field(default_factory=dict)
    permission: str = ""


_types: dict[str, EventType] = {}


def register(event_type: EventType) -> None:
    """Add a type. The same declaration again is no change.

    Raises:
        CatalogueError: the name is malformed, or stands for something else already.
    """
    if not NAME.fullmatch(event_type.name):
        raise CatalogueError(f"{event_type.name!r} is no event name: write subject.happened in lower case.")
    if _types.setdefault(event_type.name, event_type) != event_type:
        raise CatalogueError(f"Event type {event_type.name!r} is declared twice, with different meanings.")


def get(name: str) -> EventType:
    """The declared type.

    Raises:
        CatalogueError: nobody declared it.
    """
    try:
        return _types[name]
    except KeyError:
        raise CatalogueError(f"Event type {name!r} is not in the catalogue: register it where it is emitted.") from None


def all_types() -> tuple[EventType, ...]:
    """Every declared type, by name."""
    return tuple(_types[name] for name in sorted(_types))
