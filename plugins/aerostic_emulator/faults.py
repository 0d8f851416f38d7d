"""Faults on demand: outages, resets, lost and late answers.

A fault is given by the control API as `{"kind", "edge", "phone_number_id", "count", "seconds", "probability", ...}`;
the README has the table. `*_after` faults let the message be accepted first: the ambiguous time-out that a client
must never answer by sending again.
"""

import asyncio
import itertools
import random
from dataclasses import asdict, dataclass, fields
from typing import Any

from .errors import GraphError

BEFORE = {"error", "status", "reset", "drop_before", "slow"}
AFTER = {"reset_after", "drop_after", "late"}


class Reset(Exception):  # noqa: N818 - not an error of ours but the wanted behaviour
    """The connection is to be reset without an answer."""


class NoAnswer(Exception):  # noqa: N818 - not an error of ours but the wanted behaviour
    """The request is to stay unanswered until the client or `hold_s` gives up."""


class PlainStatus(Exception):  # noqa: N818 - not an error of ours but the wanted behaviour
    """An answer that is no Graph envelope: what a proxy in front of it says."""

    def __init__(self, http: int, body: str) -> None:
        """Answer `http` with an HTML body."""
        super().__init__(http)
        self.http = http
        self.body = body


@dataclass(slots=True)
class Fault:
    """One fault and how long it lasts: `count` requests, until a time, with a probability; all may be combined."""

    kind: str
    id: int = 0
    edge: str = "messages"
    phone_number_id: str = ""
    count: int | None = None
    seconds: float | None = None
    until: float = 0.0
    probability: float = 1.0
    code: int = 131000
    http: int = 503
    body: str = "<html>Service Unavailable</html>"
    delay_s: float = 1.0
    hits: int = 0


class Faults:
    """The faults in force."""

    def __init__(self, seed: int) -> None:
        """Start with none; `seed` makes probabilities repeatable."""
        self._faults: dict[int, Fault] = {}
        self._ids = itertools.count(1)
        self._chance = random.Random(seed)  # noqa: S311 - it decides nothing secret

    def __bool__(self) -> bool:
        """Return whether any fault is in force."""
        return bool(self._faults)

    def add(self, values: dict[str, Any], now: float) -> Fault:
        """Add a fault; an unknown kind or field is a ValueError."""
        unknown = sorted(set(values) - {f.name for f in fields(Fault)})
        if unknown or values.get("kind") not in BEFORE | AFTER:
            raise ValueError(f"unknown fault: {', '.join(unknown) or values.get('kind')}")
        fault = Fault(**{**values, "id": next(self._ids)})
        if fault.seconds is not None:
            fault.until = now + fault.seconds
        self._faults[fault.id] = fault
        return fault

    def remove(self, fault_id: int | None = None) -> None:
        """Remove one fault, or all of them."""
        if fault_id is None:
            self._faults.clear()
        else:
            self._faults.pop(fault_id, None)

    def listing(self) -> list[dict[str, Any]]:
        """Return every fault as the control API lists it."""
        return [asdict(fault) for fault in self._faults.values()]

    def take(self, edge: str, node: str, now: float) -> Fault | None:
        """Return the fault that strikes this request, counted as used, or None."""
        for fault in list(self._faults.values()):
            if fault.until and now >= fault.until:
                self._faults.pop(fault.id, None)
            elif self._strikes(fault, edge, node):
                return self._use(fault)
        return None

    def _strikes(self, fault: Fault, edge: str, node: str) -> bool:
        if fault.edge not in ("*", edge) or fault.phone_number_id not in ("", node):
            return False
        return fault.probability >= 1 or self._chance.random() < fault.probability

    def _use(self, fault: Fault) -> Fault:
        fault.hits += 1
        if fault.count is not None and fault.hits >= fault.count:
            self._faults.pop(fault.id, None)
        return fault


async def strike_before(fault: Fault) -> None:
    """Do what a fault does before the request is looked at."""
    if fault.kind == "slow":
        await asyncio.sleep(fault.delay_s)
    elif fault.kind == "error":
        raise GraphError(fault.code)
    elif fault.kind == "status":
        raise PlainStatus(fault.http, fault.body)
    elif fault.kind == "reset":
        raise Reset
    elif fault.kind == "drop_before":
        raise NoAnswer


async def strike_after(fault: Fault) -> None:
    """Do what a fault does once the request has had its effect."""
    if fault.kind == "late":
        await asyncio.sleep(fault.delay_s)
    elif fault.kind == "reset_after":
        raise Reset
    elif fault.kind == "drop_after":
        raise NoAnswer
