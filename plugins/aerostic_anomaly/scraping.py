"""Everything there is is taken out, one thing after the other."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from aerostic.sdk import N_
from aerostic.sdk.detection import Detector, Signal, Subject, Tick, Windows

from .grading import grade
from .lately import Lately
from .sharing import shares

SECONDS = 600.0
MOST_SUBJECTS, MOST_OBJECTS = 10_000, 600
EVERY = 5  # questions between two judgements of a subject
# A browser names the page it comes from; a person who answers messages all day opens some forty things in ten minutes.
UNREFERRED, UNREFERRED_SHARE = (20, 40), 0.6
# A program that knows what it asks for is hardly ever told that there is no such thing.
GUESSED, GUESSED_SHARE, GUESSED_LEAST = (30, 60), 0.06, 6
# One that mirrors a list asks one kind of thing; asking many kinds for so many things takes everything.
KINDS, KINDS_BREADTH = 4, (200, 400)


class Walk:
    """What a subject asked for within ten minutes."""

    __slots__ = ("asked", "begun", "endpoints", "missing", "objects", "unreferred")

    def __init__(self, begun: float) -> None:
        self.begun = begun
        self.asked = self.missing = self.unreferred = 0
        self.objects: set[str] = set()
        self.endpoints: set[str] = set()


class Scraping(Detector):
    """Breadth, misses and the way of asking, by key and by user; never the pace alone."""

    name = "anomaly.scraping"
    title = N_("Scraping")
    text = N_("A program takes out everything, through the pages or the API.")
    family = "scraping"
    subscribes = frozenset({"page.asked", "api.asked"})

    def __init__(self) -> None:
        self._walks: Lately[str, Walk] = Lately(MOST_SUBJECTS)

    def observe(self, tick: Tick, windows: Windows) -> Iterable[Signal]:
        """See `Detector.observe`."""
        for event in tick.by_type.get("page.asked", ()):
            yield from self._asked("user", event.data, event.tenant_id, event.time.timestamp())
        for event in tick.by_type.get("api.asked", ()):
            yield from self._asked("key", event.data, event.tenant_id, event.time.timestamp())

    def _asked(self, kind: Any, data: dict[str, Any], tenant: UUID | None, time: float) -> Iterable[Signal]:
        who = data[kind]
        if not who:  # a program without a key is nobody
            return ()
        walk = self._walks.get(who)
        if walk is None or time - walk.begun > SECONDS:
            walk = self._walks.put(who, Walk(time))
        walk.asked += 1
        walk.missing += data["status"] in (403, 404)
        walk.unreferred += not data["referred"]
        if data["object"] and len(walk.objects) < MOST_OBJECTS:
            walk.objects.add(data["object"])
            walk.endpoints.add(data["endpoint"])
        if walk.asked % EVERY:
            return ()
        score = self._judge(kind, walk)
        return self._signals(kind, who, data, tenant, time, walk, score) if score else ()

    @staticmethod
    def _judge(kind: str, walk: Walk) -> float:
        breadth = len(walk.objects)
        score = grade(breadth, *KINDS_BREADTH) if len(walk.endpoints) >= KINDS else 0.0
        if walk.missing >= max(GUESSED_LEAST, GUESSED_SHARE * walk.asked):
            score = max(score, grade(breadth, *GUESSED))
        if kind == "user" and walk.unreferred >= UNREFERRED_SHARE * walk.asked:
            score = max(score, grade(breadth, *UNREFERRED))
        return score

    def _signals(
        self, kind: Any, who: str, data: dict[str, Any], tenant: UUID | None, time: float, walk: Walk, score: float
    ) -> Iterable[Signal]:
        says = N_(
            "%(objects)s different things asked for in %(seconds)s s, %(missing)s of them not there, %(unreferred)s without a "
            "page that led there."
        )
        evidence = {
            "objects": len(walk.objects),
            "seconds": round(time - walk.begun),
            "asked": walk.asked,
            "missing": walk.missing,
            "unreferred": walk.unreferred,
        }
        common = shares(**{"address": data["address"], kind: who})
        yield Signal(self.name, self.family, Subject(kind, who, tenant), score, time, says, evidence, common)
