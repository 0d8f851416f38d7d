"""Many new tenants, all run by the same people, come up and do the same within minutes."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from aerostic.sdk import N_, Event
from aerostic.sdk.detection import Detector, Exact, Signal, Subject, Tick, Windows

from .grading import grade
from .lately import Lately

YOUNG_SECONDS = 3 * 3600.0
# Until then whoever is seen first may have been there for years, unless its id tells when it was made.
LEARNING_SECONDS = 20 * 3600.0
MOST_TENANTS, MOST_LINKS = 50_000, 50_000
# What so many tenants link to that are a week old (a map, a chat, a shortener of links) is everybody's: it joins nobody.
COMMON, GROWN_SECONDS = 5, 7 * 24 * 3600.0
SECONDS = 3600
# How many young tenants share a network, or a domain that they link to: a workshop brings four from one address.
NETWORK, LINK = (5, 7), (3, 5)
ADDRESS_MOST = 0.85


class Wave(Detector):
    """Counts young tenants by what they share: addresses, networks, links."""

    name = "anomaly.wave"
    title = N_("Coordinated wave")
    text = N_("Many new tenants come from one network, or link to one place, within an hour.")
    family = "coordination"
    subscribes = frozenset({"page.asked", "messages.planned"})
    windows = (Exact("sharing", SECONDS, 64),)

    def __init__(self) -> None:
        self._first: Lately[str, float] = Lately(MOST_TENANTS)
        self._linking: Lately[str, set[str]] = Lately(MOST_LINKS)  # grown tenants, by what they link to
        self._knows_from = 0.0

    def observe(self, tick: Tick, windows: Windows) -> Iterable[Signal]:
        """See `Detector.observe`."""
        if not self._knows_from:
            self._knows_from = tick.now + LEARNING_SECONDS
        for event in tick.of("page.asked", "messages.planned"):
            if event.tenant_id is None:
                continue
            age = self._age(event, tick.now)
            if age < YOUNG_SECONDS:
                yield from self._seen(event.tenant_id, event, windows)
            elif age >= GROWN_SECONDS and event.type == "messages.planned":
                self._links(event)

    def _age(self, event: Event, now: float) -> float:
        first = self._first.get(event.key)
        if first is None:
            first = self._first.put(event.key, self._born(event.tenant_id, now))
        return now - first

    def _born(self, tenant: UUID | None, now: float) -> float:
        """Ids of tenants tell when they were made, to the millisecond; of other ids only the first sight is known."""
        if tenant is not None and tenant.version == 7:
            return (tenant.int >> 80) / 1000
        return now if now >= self._knows_from else 0.0

    def _seen(self, tenant: UUID, event: Event, windows: Windows) -> Iterable[Signal]:
        data, time = event.data, event.time.timestamp()
        if event.type == "page.asked":
            if not data["address"]:
                return
            shared = self._share(f"subnet:{data['subnet']}", NETWORK, tenant, time, windows)
            yield from shared
            if shared:
                yield self._of_address(shared[0], data, time)
        else:
            for link in data["links"]:
                if len(self._linking.get(link) or ()) >= COMMON:
                    continue
                yield from self._share(f"link:{link}", LINK, tenant, time, windows)

    def _links(self, event: Event) -> None:
        for link in event.data["links"]:
            users = self._linking.get(link) or self._linking.put(link, set())
            if len(users) < COMMON:
                users.add(event.key)

    def _share(self, token: str, limits: tuple[int, int], tenant: UUID, time: float, windows: Windows) -> list[Signal]:
        before = len(windows.members("sharing", token, time))
        together = windows.note("sharing", token, time, str(tenant))
        score = grade(together, *limits)
        if not score:
            return []
        members = [UUID(name) for name, _ in windows.members("sharing", token, time)]
        says = N_("One of %(tenants)s new tenants that share a network or a link, seen within an hour.")
        evidence: dict[str, Any] = {"tenants": together, "shared": token.partition(":")[0]}
        everybody = frozenset(members)
        return [
            Signal(
                self.name,
                self.family,
                Subject("tenant", str(one), one),
                score,
                time,
                says,
                evidence,
                frozenset((token,)),
                everybody,
            )
            for one in (members if together > before else (tenant,))
        ]

    def _of_address(self, found: Signal, data: dict[str, Any], time: float) -> Signal:
        subject, score = Subject("address", data["address"]), min(found.score, ADDRESS_MOST)
        shares = found.shares | {f"address:{data['address']}"}
        return Signal(self.name, self.family, subject, score, time, found.says, found.evidence, shares, found.tenants)

    def state(self) -> Any:
        """See `Detector.state`."""
        linking = [[link, sorted(users)] for link, users in self._linking.items()]
        return {
            "knows_from": self._knows_from,
            "first": [list(item) for item in self._first.items()],
            "linking": linking,
        }

    def restore(self, state: Any) -> None:
        """See `Detector.restore`."""
        if isinstance(state, dict) and isinstance(state.get("knows_from"), float):
            self._knows_from = state["knows_from"]
            for tenant, first in state.get("first", ()):
                self._first.put(str(tenant), float(first))
            for link, users in state.get("linking", ()):
                self._linking.put(str(link), set(users[:COMMON]))
