"""Labelled streams: a realistic platform with attacks on it, and what is true of them. The same for the same seed.

`aerostic detect score` replays them. They were made before the first detector and do not follow the detectors since: who
changes them measures something else, and has to say so.

    stream = Labelled(seed=7)
    for event in stream.events():
        ...
    stream.labels, stream.calm
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

from aerostic.db import Event
from tests.labelled.attacks import FAMILIES, Scene, Way
from tests.labelled.attacks.key_abuse import asleep
from tests.labelled.honest import parts
from tests.labelled.labels import Calm, Label
from tests.labelled.sink import HOUR, Fingerprint, Sink
from tests.labelled.world import DAY, World

__all__ = ["FAMILIES", "Calm", "Label", "Labelled"]

MONDAY = datetime(2026, 3, 2, tzinfo=UTC).timestamp()
QUIET_DAYS = 1.0


class Labelled:
    """One stream.

    Args:
        seed: of all draws.
        days: how long it is; the first is free of attacks.
        tenants: how many there are in the beginning.
        fingerprint: `exact` and `print` of a text, as `messages.planned` carries them.

    Attributes:
        labels: the attacks so far; all of them once `events` has ended.
        calm: what was odd but honest.
    """

    def __init__(self, seed: int, fingerprint: Fingerprint, days: int = 3, tenants: int = 300) -> None:
        self.seed, self.labels, self.calm = seed, list[Label](), list[Calm]()
        rng = Random(f"{seed}:world")
        self._world = World(rng, MONDAY + seed % 7 * DAY, days, tenants)
        self._sink = Sink(seed, Random(f"{seed}:sink"), fingerprint, self._world.outage)
        self._scene = Scene(self._world, self._sink, Random(f"{seed}:attacks"))
        self._plan = sorted(self._attacks(), key=lambda planned: planned[0])
        asleep(self._scene)

    def _attacks(self) -> Iterator[tuple[float, Way]]:
        """Every way of every family once, at any hour after the quiet days, over well before the end."""
        world, rng = self._world, self._scene.rng
        for ways in FAMILIES.values():
            for way in ways:
                yield rng.uniform(world.begin + QUIET_DAYS * DAY, world.end - 5 * HOUR), way

    def events(self) -> Iterator[Event]:
        """Everything that happens, in the order of time."""
        life = parts(self._world, self._sink, self.seed)
        for number in range(self._world.days * 24):
            begin = self._world.begin + number * HOUR
            for part in life:
                part.hour(begin)
            while self._plan and self._plan[0][0] < begin + HOUR:
                time, way = self._plan.pop(0)
                self.labels.append(way(self._scene, time))
            yield from self._sink.take(begin)
        self.calm = [calm for part in life for calm in part.calm]
