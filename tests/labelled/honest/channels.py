"""Webhooks that are not taken for honest reasons: scanners of the internet, a secret not yet put in, a stray body."""

from random import Random

from tests.labelled.chance import digest, poisson
from tests.labelled.labels import Calm
from tests.labelled.places import ABROAD, Place, place
from tests.labelled.sink import HOUR, Sink
from tests.labelled.world import DAY, World


class Channels:
    """The noise at the door of webhooks."""

    def __init__(self, world: World, sink: Sink, seed: int) -> None:
        self._world, self._sink, self._rng = world, sink, Random(f"{seed}:channels")
        self._mistakes = [
            (world.begin + self._rng.uniform(0.3, world.days - 0.2) * DAY, digest(self._rng)) for _ in range(3)
        ]
        provider = frozenset(("address", here.address) for here in world.provider)
        self.calm = [Calm("wrong secret", provider, time, time + 2 * HOUR) for time, _ in self._mistakes]
        self.calm.append(Calm("provider's outage", frozenset(), world.outage[0], sum(world.outage)))

    def hour(self, begin: float) -> None:
        """What is refused in this hour."""
        rng = self._rng
        for _ in range(poisson(rng, 2.0)):
            scanner, time = place(rng, rng.choice(ABROAD)), begin + rng.uniform(0, HOUR)
            for _ in range(rng.randint(1, 3)):
                self.refuse(time, scanner, digest(rng), "unknown")
                time += rng.uniform(0.2, 5)
        for _ in range(poisson(rng, 0.2)):
            self.refuse(begin + rng.uniform(0, HOUR), rng.choice(self._world.provider), digest(rng), "unreadable")
        for time, endpoint in self._mistakes:
            if begin <= time < begin + HOUR:
                for _ in range(rng.randint(40, 300)):
                    at = time + rng.uniform(0, 2 * HOUR)
                    self.refuse(at, rng.choice(self._world.provider), endpoint, "signature")

    def refuse(self, time: float, where: Place, endpoint: str, reason: str) -> None:
        """One that is not taken."""
        fields = {"channel": "whatsapp", "endpoint": endpoint, "reason": reason}
        self._sink.add(time, "webhook.refused", None, **where.where(), **fields)
