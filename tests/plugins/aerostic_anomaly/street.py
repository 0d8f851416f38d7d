"""A small platform that goes on as usual, second by second, and what attacks on it look like."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import numpy as np

from aerostic.db import Event
from aerostic.sdk.detection import Tick

BEGIN = 1_700_000_000.0
CREDIT = 1_000_000


def asked(tenant: UUID, key: str, address: str, thing: str = "", status: int = 200, kind: str = "api.asked") -> Event:
    who = {"key": key, "method": "GET"} if kind == "api.asked" else {"user": key}
    where = {"address": address, "subnet": address[:2], "country": "DE"}
    data = where | {"endpoint": "contacts.list", "object": thing, "status": status, "referred": kind == "page.asked"}
    return Event(kind, tenant, key, data | who)


def tried(account: str, address: str, outcome: str = "right") -> Event:
    where = {"address": address, "subnet": address[:2], "country": "DE"}
    data = where | {"account": account, "outcome": outcome, "factor": "password", "known": True, "user": ""}
    return Event("signin.tried", None, account, data)


def planned(tenant: UUID, count: int, new: int = 0, cost: int = 0, balance: int = 1_000) -> Event:
    money = {"cost": cost * CREDIT, "balance": balance * CREDIT}
    text = {"exact": "", "print": "", "links": []}
    source = {"number": "n", "source": "campaigns", "source_id": "c", "batch": "b", "template": "t"}
    return Event("messages.planned", tenant, "n", source | {"count": count, "new": new} | money | text)


def failed(tenant: UUID) -> Event:
    return Event("message.failed", tenant, "c", {"message_id": "m", "code": "131026"})


def tick(now: float, events: list[Event]) -> Tick:
    by_type: dict[str, list[Event]] = {}
    for event in events:
        by_type.setdefault(event.type, []).append(event)
    return Tick(now, events, by_type)


class Street:
    """Shops of all sizes: the larger ones do more of everything, always.

    Args:
        shops: how many.
    """

    def __init__(self, shops: int = 60, seed: int = 1) -> None:
        self.random = np.random.default_rng(seed)
        self.tenants = [UUID(int=number + 1) for number in range(shops)]
        self.pace = 0.2 + 6.0 / (1.0 + np.arange(shops) / 3.0)
        self.now = BEGIN

    def usual(self) -> list[Event]:
        """What happens in a second."""
        events: list[Event] = []
        for number, tenant in enumerate(self.tenants):
            for _ in range(self.random.poisson(self.pace[number])):
                events.append(self._one(number, tenant))
        self.random.shuffle(events)  # type: ignore[arg-type]
        return events

    def _one(self, number: int, tenant: UUID) -> Event:
        chance, home = self.random.random(), f"a{number}"
        if chance < 0.55:
            wrong = self.random.random() < 0.02
            return asked(tenant, f"k{number}", home, f"o{self.random.integers(30)}", 404 if wrong else 200)
        if chance < 0.8:
            return asked(tenant, f"u{number}", home, f"o{self.random.integers(30)}", kind="page.asked")
        if chance < 0.85:
            return tried(f"c{number}", home, "wrong" if self.random.random() < 0.1 else "right")
        if chance < 0.98:
            count = int(self.random.integers(1, 20))
            return planned(tenant, count, self.random.binomial(count, 0.1), cost=count // 4, balance=2_000)
        return failed(tenant)

    def seconds(self, number: int, *more: Any) -> Iterator[Tick]:
        """The ticks of so many seconds, one each; `more` are functions that add events to each."""
        for _ in range(number):
            self.now += 1
            events = self.usual()
            for add in more:
                events += add(self)
            yield tick(self.now, events)
