"""The same spam, with small changes, through several tenants."""

import base64
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from aerostic.sdk import N_, Event
from aerostic.sdk.detection import Detector, Signal, Subject, Tick, Windows

from .bands import SLOTS, Bands, slots_of
from .grading import grade
from .lately import Lately

FRESH_MINUTES = 10  # content that is older is a template, a greeting, a franchise's: everybody's own
WITHIN = 900.0  # seconds within which the tenants of a cluster send
# Where nothing is known everything looks new; until then nothing is said.
BLIND_SECONDS = 1800.0
# What is known of a while ago lacks too much of what came since.
KEPT_SECONDS, MOST_KEPT = 600.0, 400_000
MOST_TEXTS, MOST_CLUSTERS, MOST_TENANTS = 20_000, 40_000, 200
AGREEING = 3  # bands
TENANTS = (2.5, 3.0)
OF_NEW, LEAST_NEW = 0.5, 3
USERS = (1 << 24) - 1


class Share:
    """What one tenant sent of a cluster: the last time, to how many, and how many of those it had never written to."""

    __slots__ = ("at", "count", "new")

    def __init__(self) -> None:
        self.at = 0.0
        self.count = self.new = 0

    def is_pushed(self) -> bool:
        """Whether it went to strangers: a greeting or a franchise's offer goes to people who are known."""
        return self.new >= LEAST_NEW and self.new >= OF_NEW * self.count


class Cluster:
    """Much the same text from several tenants."""

    __slots__ = ("begun", "name", "settled", "shares")

    def __init__(self, name: str, begun: float) -> None:
        self.name, self.begun = name, begun
        self.settled: bool | None = None
        self.shares: dict[UUID, Share] = {}

    def add(self, tenant: UUID, data: dict[str, Any], time: float) -> bool:
        """A tenant sent it; whether that made it one that pushes it."""
        share = self.shares.get(tenant)
        if share is None:
            if len(self.shares) >= MOST_TENANTS:
                return False
            share = self.shares[tenant] = Share()
        before = share.is_pushed()
        share.at = max(share.at, time)
        share.count += data["count"]
        share.new += data["new"]
        return share.is_pushed() and not before

    def is_old(self, time: float) -> bool:
        """Whether it has been going round for a while without being pushed: then it is everybody's own, and stays that."""
        if self.settled is None and time - self.begun > 60 * FRESH_MINUTES:
            self.settled = sum(share.is_pushed() for share in self.shares.values()) < 2
        return bool(self.settled)

    def together(self, time: float) -> list[UUID]:
        """Those who push it at that time."""
        return [tenant for tenant, share in self.shares.items() if time - share.at <= WITHIN and share.is_pushed()]


class NearDuplicates(Detector):
    """Joins texts by the bands of their fingerprints, across tenants, while they are new."""

    name = "anomaly.near_duplicates"
    title = N_("Near-duplicate spam")
    text = N_("Several tenants send much the same new text at once, to people they never wrote to.")
    family = "content"
    subscribes = frozenset({"messages.planned"})

    def __init__(self, size: int = SLOTS) -> None:
        self._bands = Bands(size)
        self._known: Lately[str, list[int]] = Lately(MOST_TEXTS)
        self._clusters: Lately[int, Cluster] = Lately(MOST_CLUSTERS)
        self._sees_from = self._at = 0.0
        self._began = False

    def observe(self, tick: Tick, windows: Windows) -> Iterable[Signal]:
        """See `Detector.observe`."""
        texts = [event for event in tick.by_type.get("messages.planned", ()) if event.data["print"] and event.tenant_id]
        if not texts:
            return
        if not self._began and tick.now - self._at > KEPT_SECONDS:
            self._sees_from = tick.now + BLIND_SECONDS
        self._began, self._at = True, tick.now
        for event, slots in zip(texts, self._slots(texts), strict=True):
            yield from self._text(event, slots, tick.now)

    def state(self) -> Any:
        """See `Detector.state`: which texts are known, where those are not too many to be kept."""
        packed = self._bands.packed(self._at, MOST_KEPT)
        if packed is None:
            return None
        return {"at": self._at, "sees_from": self._sees_from, "bands": base64.b64encode(packed).decode()}

    def restore(self, state: Any) -> None:
        """See `Detector.restore`."""
        try:
            at, sees_from = float(state["at"]), float(state["sees_from"])
            self._bands.fill(base64.b64decode(state["bands"]))
        except (IndexError, KeyError, TypeError, ValueError):
            return
        self._at, self._sees_from = at, sees_from

    def _slots(self, texts: list[Event]) -> list[list[int]]:
        found = [self._known.get(event.data["exact"]) for event in texts]
        missing = [number for number, slots in enumerate(found) if slots is None]
        if missing:
            fresh = slots_of([texts[number].data["print"] for number in missing], self._bands.size)
            for number, slots in zip(missing, fresh, strict=True):
                found[number] = self._known.put(texts[number].data["exact"], slots)
        return [slots for slots in found if slots is not None]

    def _text(self, event: Event, slots: list[int], now: float) -> Iterable[Signal]:
        tenant, time = event.tenant_id, event.time.timestamp()
        if tenant is None:
            return
        user = tenant.int % USERS + 1
        shared, old = self._bands.use(slots, user, time, FRESH_MINUTES)
        cluster = self._cluster(slots) if len(self._clusters) else None
        if cluster is None and old < AGREEING <= shared and now >= self._sees_from:
            cluster = Cluster(f"{slots[0]:06x}{slots[1]:06x}", time)
        if cluster is not None and not cluster.is_old(time):
            for slot in slots:
                self._clusters.put(slot, cluster)
            yield from self._joined(cluster, tenant, event.data, time)

    def _cluster(self, slots: list[int]) -> Cluster | None:
        met: dict[int, int] = {}
        for slot in slots:
            cluster = self._clusters.get(slot)
            if cluster is not None:
                met[id(cluster)] = met.get(id(cluster), 0) + 1
                if met[id(cluster)] >= AGREEING:
                    return cluster
        return None

    def _joined(self, cluster: Cluster, tenant: UUID, data: dict[str, Any], time: float) -> Iterable[Signal]:
        is_new = cluster.add(tenant, data, time)
        together = cluster.together(time)
        score = grade(len(together), *TENANTS)
        if not score or not (is_new or tenant in together):
            return
        says = N_(
            "Much the same new text from %(tenants)s tenants within minutes, %(new)s of %(count)s to people new to them."
        )
        parts = [cluster.shares[one] for one in together]
        evidence = {
            "tenants": len(together),
            "new": sum(part.new for part in parts),
            "count": sum(part.count for part in parts),
        }
        shares = frozenset((f"content:{cluster.name}", *(f"link:{link}" for link in data["links"])))
        for one in together if is_new else (tenant,):
            yield Signal(
                self.name,
                self.family,
                Subject("tenant", str(one), one),
                score,
                time,
                says,
                evidence,
                shares,
                frozenset(together),
            )
