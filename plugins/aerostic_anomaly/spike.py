"""A stolen account sends far more than it ever did, to people it never wrote to."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from aerostic.sdk import N_
from aerostic.sdk.detection import Counted, Detector, Signal, Subject, Tick, Windows

from .baseline import Baseline
from .grading import grade
from .lately import Lately

MOST_TENANTS, MOST_STRANGERS, MOST_LINKS = 20_000, 5_000, 16
SECONDS = 3600
LEAST, LEAST_HOURS = 20, 12
ODD, ABOVE_PEAK = 3.0, 1.3
STRANGER_SECONDS = 2 * 3600.0
# Points, of which volume gives one: large senders on their sale day get that one and no other.
POINTS = (2.2, 3.2)
OF_NEW, ALL_NEW, FREE = 0.5, 0.85, 0.8


class Sender:
    """What a tenant usually sends, where its links lead, and when a stranger came into one of its accounts."""

    __slots__ = ("baseline", "links", "stranger")

    def __init__(self) -> None:
        self.baseline = Baseline()
        self.links: dict[str, float] = {}
        self.stranger = float("-inf")


class Spike(Detector):
    """Volume against the tenant's own season and the platform's, and whether it is the tenant's own kind of volume.

    Volume alone is no attack: campaigns, sales and new lists are volume. It takes several things together: more than ever,
    to people never written to, without a template, with links to where the tenant never linked, after somebody signed in on
    a device never seen.
    """

    name = "anomaly.spike"
    title = N_("Message spike")
    text = N_("A tenant sends far more than it ever did, to people it never wrote to.")
    family = "volume"
    subscribes = frozenset({"messages.planned", "signin.tried", "page.asked"})
    windows = (Counted("sent", SECONDS, 30), Counted("new", SECONDS, 30), Counted("free", SECONDS, 30))

    def __init__(self) -> None:
        self._senders: Lately[UUID, Sender] = Lately(MOST_TENANTS)
        self._strangers: Lately[str, float] = Lately(MOST_STRANGERS)
        self._platform = Baseline()

    def observe(self, tick: Tick, windows: Windows) -> Iterable[Signal]:
        """See `Detector.observe`."""
        for event in tick.by_type.get("signin.tried", ()):
            data = event.data
            if data["outcome"] == "right" and not data["known"] and data["user"]:
                self._strangers.put(data["user"], event.time.timestamp())
        if len(self._strangers):
            self._follow(tick)
        for event in tick.by_type.get("messages.planned", ()):
            if event.tenant_id is not None:
                yield from self._planned(event.tenant_id, event.data, event.time.timestamp(), windows)

    def _follow(self, tick: Tick) -> None:
        """Sign-ins belong to no tenant; the pages that are asked for afterwards do."""
        for event in tick.by_type.get("page.asked", ()):
            since = self._strangers.get(event.data["user"])
            if since is not None and event.tenant_id is not None:
                self._sender(event.tenant_id).stranger = since

    def _planned(self, tenant: UUID, data: dict[str, Any], time: float, windows: Windows) -> Iterable[Signal]:
        sender, key, count = self._sender(tenant), f"{tenant}:", data["count"]
        sender.baseline.add(time, count)
        self._platform.add(time, count)
        sent, new = windows.count("sent", key, time, count), windows.count("new", key, time, data["new"])
        free = windows.count("free", key, time, 0 if data["template"] else data["new"])
        points = 0.0
        pushed = data["new"] >= OF_NEW * count and new >= LEAST
        # Who has no past here yet may well begin with a campaign, but with a template.
        if pushed and (sender.baseline.hours >= LEAST_HOURS or free >= FREE * new):
            points = self._points(sender, data, time, sent, new, free)
        score = grade(points, *POINTS)
        if not score:
            self._know(sender, data["links"], time)
            return
        says = N_(
            "%(sent)s messages within an hour, where %(peak)s was the most, %(new)s of them to people never written to."
        )
        evidence = {
            "sent": sent,
            "new": new,
            "free": free,
            "peak": round(sender.baseline.peak),
            "spreads": round(sender.baseline.odd(time, sent), 1),
            "stranger": int(time - sender.stranger < STRANGER_SECONDS),
        }
        shares = frozenset(f"link:{link}" for link in data["links"])
        yield Signal(
            self.name, self.family, Subject("tenant", str(tenant), tenant), score, time, says, evidence, shares
        )

    def _points(self, sender: Sender, data: dict[str, Any], time: float, sent: int, new: int, free: int) -> float:
        baseline, platform = sender.baseline, self._platform
        others = platform.count - baseline.count
        risen = max(1.0, (others + 1) / (platform.peak + 1)) if platform.hours >= LEAST_HOURS else 1.0
        if baseline.odd(time, round(sent / risen)) < ODD or sent < ABOVE_PEAK * baseline.peak * risen:
            return 0.0
        strange = [link for link in data["links"] if link not in sender.links]
        return (
            1.0
            + (1.0 if new >= ALL_NEW * sent else 0.5 if new >= OF_NEW * sent else 0.0)
            + 0.5 * (free >= FREE * new)
            + 0.5 * bool(strange) * (1 + bool(sender.links))
            + 1.0 * (time - sender.stranger < STRANGER_SECONDS)
        )

    def _sender(self, tenant: UUID) -> Sender:
        return self._senders.get(tenant) or self._senders.put(tenant, Sender())

    @staticmethod
    def _know(sender: Sender, links: list[str], time: float) -> None:
        for link in links:
            if link in sender.links or len(sender.links) < MOST_LINKS:
                sender.links[link] = time

    def state(self) -> Any:
        """See `Detector.state`."""
        senders = [
            [str(tenant), sender.baseline.state(), list(sender.links)] for tenant, sender in self._senders.items()
        ]
        return {"platform": self._platform.state(), "senders": senders}

    def restore(self, state: Any) -> None:
        """See `Detector.restore`."""
        if not isinstance(state, dict):
            return
        self._platform = Baseline.read(state.get("platform")) or self._platform
        for tenant, read, links in state.get("senders", ()):
            baseline = Baseline.read(read)
            if baseline is not None:
                sender = self._senders.put(UUID(tenant), Sender())
                sender.baseline, sender.links = baseline, dict.fromkeys(links, 0.0)
