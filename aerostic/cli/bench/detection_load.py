"""What detection is fed with in its benchmark: observations of many tenants, half of them with text, and attacks."""

import base64
from collections.abc import Iterator
from random import Random
from uuid import UUID

from aerostic.db import Event

TICK_SECONDS = 0.02
ATTACK_EVERY = 0.25  # seconds
TRIES = 14  # of one attack, enough to be sure
TEXTS = 2_000  # that are sent again and again; as many messages have a text never seen before
WHERE = {"address": "", "subnet": "5f3c", "country": "DE"}


class Load:
    """A platform at a steady rate.

    Args:
        tenants: how many there are, of Zipf size.
        rate: events a second.
        seed: of the draws.
    """

    def __init__(self, tenants: int, rate: int, seed: int = 1) -> None:
        self._rng, self._rate = Random(seed), rate  # noqa: S311 - a load, no secret
        self._tenants = [UUID(int=self._rng.getrandbits(128), version=4) for _ in range(tenants)]
        self._weights = [1 / (rank + 1) for rank in range(tenants)]
        self._texts = [self._text() for _ in range(TEXTS)]

    def batches(self, seconds: float) -> Iterator[tuple[float, list[Event], str]]:
        """When each batch is due, in seconds from the beginning; its events, made when it is taken out; and the address that
        attacks in it, '' for none.
        """
        ticks, each = round(seconds / TICK_SECONDS), round(self._rate * TICK_SECONDS)
        every = round(ATTACK_EVERY / TICK_SECONDS)
        for number in range(ticks):
            address = f"{self._rng.getrandbits(64):016x}" if number % every == every - 1 else ""
            tries = TRIES if address else 0
            tenants = self._rng.choices(self._tenants, self._weights, k=each - tries)
            events = [self._event(tenant) for tenant in tenants]
            account = f"{self._rng.getrandbits(64):016x}"
            events += [self._tried(address, account, "wrong", known=False) for _ in range(tries)]
            yield number * TICK_SECONDS, events, address

    def _event(self, tenant: UUID) -> Event:
        draw = self._rng.random()
        if draw < 0.5:
            return self._planned(tenant)
        if draw < 0.7:
            return self._asked("page.asked", tenant, {"user": f"u{tenant.int % 997}"})
        if draw < 0.85:
            return self._asked("api.asked", tenant, {"key": f"k{tenant.int % 9973}", "method": "GET"})
        if draw < 0.98:
            ids = {"message_id": "m", "number_id": "n", "contact_id": "c", "conversation_id": None}
            kind = "message.accepted" if draw < 0.95 else "message.failed"
            return Event(kind, tenant, str(tenant), {**ids, "batch_id": "", "source": "flows", "code": "131026"})
        return self._tried(
            f"{self._rng.randrange(5000):016x}", f"{self._rng.randrange(20_000):016x}", "right", known=True
        )

    def _planned(self, tenant: UUID) -> Event:
        exact, print_ = self._rng.choice(self._texts) if self._rng.random() < 0.5 else self._text()
        data = {"number": "n", "source": "flows", "source_id": "f", "batch": "", "template": "", "count": 1, "new": 0}
        money = {"cost": 50_000, "balance": 10**9}
        return Event(
            "messages.planned", tenant, str(tenant), data | money | {"exact": exact, "print": print_, "links": []}
        )

    def _asked(self, kind: str, tenant: UUID, who: dict[str, str]) -> Event:
        rest = {"endpoint": "contacts.get", "object": f"{self._rng.randrange(300)}", "status": 200, "referred": True}
        address = {"address": f"{tenant.int % 100_003:016x}"}
        return Event(kind, tenant, str(tenant), {**WHERE, **address, **rest, **who})

    @staticmethod
    def _tried(address: str, account: str, outcome: str, *, known: bool) -> Event:
        data = {"account": account, "outcome": outcome, "factor": "password", "known": known, "user": ""}
        return Event("signin.tried", None, "platform", {**WHERE, "address": address, **data})

    def _text(self) -> tuple[str, str]:
        return f"{self._rng.getrandbits(64):016x}", base64.b64encode(self._rng.randbytes(64)).decode()
