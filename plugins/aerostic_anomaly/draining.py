"""Somebody empties a wallet: few messages, to numbers that cost the most and pay the thief."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from aerostic.sdk import N_
from aerostic.sdk.detection import Counted, Detector, Signal, Subject, Tick, Windows

from .grading import grade
from .lately import Lately

MOST_TENANTS = 20_000
SECONDS = 3600
LEAST = 3  # messages before a tenant's usual price is known
DEARER = 2.0
SETTLES = 24 * 3600.0  # for so long a dearer price has to be paid before it is a usual one
# The share of what was in the wallet that went for such messages within an hour, and, where it is not known, how many holds.
SHARE, HOLDS = (0.06, 0.16), (8, 20)
LEAST_HOLDS = 3
SHARE_UNKNOWN = (0.25, 0.5)


class Purse:
    """What a message of a tenant costs at most, usually; and since when a dearer kind has been paid for."""

    __slots__ = ("dear_since", "dearest", "messages")

    def __init__(self) -> None:
        self.dearest, self.messages = 0.0, 0
        self.dear_since = float("inf")


class Draining(Detector):
    """The share of the wallet that goes for messages far dearer than any before."""

    name = "anomaly.draining"
    title = N_("Wallet draining")
    text = N_("A wallet is emptied by messages far dearer than a tenant ever sent.")
    family = "money"
    subscribes = frozenset({"messages.planned"})
    windows = (Counted("dear", SECONDS, 30), Counted("holds", SECONDS, 30))

    def __init__(self) -> None:
        self._purses: Lately[UUID, Purse] = Lately(MOST_TENANTS)

    def observe(self, tick: Tick, windows: Windows) -> Iterable[Signal]:
        """See `Detector.observe`."""
        for event in tick.by_type.get("messages.planned", ()):
            data, tenant = event.data, event.tenant_id
            if tenant is None or data["count"] <= 0 or data["cost"] <= 0:
                continue
            purse = self._purses.get(tenant) or self._purses.put(tenant, Purse())
            time = event.time.timestamp()
            if self._is_dear(purse, data, time):
                yield from self._dear(tenant, purse, data, time, windows)

    @staticmethod
    def _is_dear(purse: Purse, data: dict[str, Any], time: float) -> bool:
        price = data["cost"] / data["count"]
        if purse.messages < LEAST:
            # Nothing is usual yet: text without a template, to people never written to, is taken for dear.
            dear = not data["template"] and data["new"] >= data["count"] / 2
        else:
            dear = price > DEARER * purse.dearest
        if dear:
            purse.dear_since = min(purse.dear_since, time)
            if time - purse.dear_since < SETTLES:
                return True
        purse.dear_since = float("inf")
        purse.messages += data["count"]
        purse.dearest = max(purse.dearest, price)
        return False

    def _dear(
        self, tenant: UUID, purse: Purse, data: dict[str, Any], time: float, windows: Windows
    ) -> Iterable[Signal]:
        key, balance = f"{tenant}:", data["balance"]
        spent = windows.count("dear", key, time, data["cost"])
        holds = windows.count("holds", key, time)
        share = spent / (spent + balance) if balance >= 0 else 0.0
        known = purse.messages >= LEAST
        score = grade(share, *(SHARE if known else SHARE_UNKNOWN)) if holds >= LEAST_HOLDS else 0.0
        if balance < 0 and known:
            score = grade(holds, *HOLDS)
        if score:
            says = self._says(known=known, metered=balance >= 0)
            evidence = {
                "percent": round(100 * share),
                "times": round(data["cost"] / data["count"] / purse.dearest, 1) if known else 1,
                "holds": holds,
                "spent": spent,
            }
            yield Signal(self.name, self.family, Subject("tenant", str(tenant), tenant), score, time, says, evidence)

    @staticmethod
    def _says(*, known: bool, metered: bool) -> str:
        if not known:
            return N_("%(percent)s %% of the wallet went within an hour for messages to people never written to.")
        if not metered:
            return N_(
                "%(holds)s times within an hour messages were sent that are %(times)s times as dear as any before."
            )
        return N_(
            "%(percent)s %% of the wallet went within an hour for messages %(times)s times as dear as any before."
        )

    def state(self) -> Any:
        """See `Detector.state`."""
        return [[str(tenant), purse.dearest, purse.messages] for tenant, purse in self._purses.items()]

    def restore(self, state: Any) -> None:
        """See `Detector.restore`."""
        for tenant, dearest, messages in state if isinstance(state, list) else ():
            purse = self._purses.put(UUID(tenant), Purse())
            purse.dearest, purse.messages = float(dearest), int(messages)
