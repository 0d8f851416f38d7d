"""Reading what is on a bus. What is no event never will be: it is passed over, or nothing would ever follow it."""

import structlog

from aerostic.db import Event
from aerostic.streams.metrics import UNREADABLE

log = structlog.get_logger(__name__)


def read_event(raw: bytes | None) -> Event | None:
    """The event; None where it is none, which is counted and logged."""
    try:
        return Event.from_json(raw or b"")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        UNREADABLE.inc()
        log.error("an event that is none was passed over", bytes=len(raw or b""), error=type(error).__name__)
        return None
