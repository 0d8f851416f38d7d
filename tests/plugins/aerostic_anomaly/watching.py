"""A detector with its windows in memory, and observations to hand it."""

import base64
from collections.abc import Iterable
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import UUID

from aerostic.db import Event
from aerostic.detection.contract import Detector, Signal, Tick
from aerostic.detection.windows import MemoryWindows

NOW = 1_772_400_000.0  # a Sunday evening
HOME, ABROAD = ("home", "here", "DE"), ("abroad", "there", "BR")
TENANTS = [UUID(int=number + 1) for number in range(40)]


class Watched:
    """Hands a detector one tick at a time and keeps what it said."""

    def __init__(self, detector: Detector) -> None:
        self.detector = detector
        self._windows = MemoryWindows(detector.windows)
        self.said: list[Signal] = []

    def see(self, *events: Event, now: float | None = None) -> list[Signal]:
        """One tick; its signals."""
        by_type: dict[str, list[Event]] = {}
        for event in events:
            by_type.setdefault(event.type, []).append(event)
        tick = Tick(now or events[-1].time.timestamp(), events, by_type)
        said = list(self.detector.observe(tick, self._windows))
        self.said += said
        return said

    def highest(self, kind: str, subject: str) -> float:
        """The highest score that it gave a subject so far."""
        return max(
            (one.score for one in self.said if (one.subject.kind, one.subject.id) == (kind, subject)), default=0.0
        )

    def each(self, events: Iterable[Event]) -> "Watched":
        """A tick for every event."""
        for event in events:
            self.see(event)
        return self


def event(type_: str, time: float, tenant: UUID | None = None, **data: Any) -> Event:
    """One event."""
    key = str(tenant) if tenant else "platform"
    return Event(type_, tenant, key, data, time=datetime.fromtimestamp(time, UTC))


def where(place: tuple[str, str, str]) -> dict[str, Any]:
    """The fields of a place: address, network, country."""
    return dict(zip(("address", "subnet", "country"), place, strict=True))


def signin(
    time: float, account: str = "ann", outcome: str = "wrong", place: tuple[str, str, str] = ABROAD, **more: Any
) -> Event:
    """Somebody tries to sign in, on a device that the account does not know."""
    data = {"account": account, "outcome": outcome, "factor": "password", "known": False, "user": "", **more}
    return event("signin.tried", time, **where(place), **data)


def asked(time: float, who: dict[str, str], endpoint: str, place: tuple[str, str, str] = HOME, **more: Any) -> Event:
    """A page or the API is asked, by a user or a key of the first tenant."""
    data = {"endpoint": endpoint, "object": "", "status": 200, "referred": "user" in who, **who, **more}
    tenant = data.pop("tenant", TENANTS[0])
    if "key" in who:
        data["method"] = "GET"
    return event("api.asked" if "key" in who else "page.asked", time, tenant, **where(place), **data)


def planned(time: float, count: int = 1, *, tenant: UUID = TENANTS[0], **more: Any) -> Event:
    """Messages are taken for sending, to people who are known."""
    data: dict[str, Any] = {"number": "n", "source": "person", "source_id": "", "batch": "", "template": "", "new": 0}
    data |= {"cost": 50_000 * count, "balance": 10**9, "exact": "", "print": "", "links": []} | more
    return event("messages.planned", time, tenant, count=count, **data)


def printed(seed: int, changed: int = 0) -> dict[str, Any]:
    """`exact` and `print` of a text; of `changed` of its 32 values, others than those of the unchanged one."""
    raw = bytearray(Random(seed).randbytes(64))
    for value in range(changed):
        raw[2 * value] ^= 0xFF
    return {"exact": f"{seed}-{changed}", "print": base64.b64encode(raw).decode()}
