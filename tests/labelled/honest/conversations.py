"""People write in, and get their answers from bots and from people: a personal text each."""

from random import Random

from tests.labelled import texts
from tests.labelled.chance import poisson
from tests.labelled.labels import Calm
from tests.labelled.sink import HOUR, Sink
from tests.labelled.world import Tenant, World, level

SHARE = 0.35


class Conversations:
    """The share of messages that are answers."""

    def __init__(self, world: World, sink: Sink, seed: int) -> None:
        self.calm: list[Calm] = []
        self._world, self._sink, self._rng = world, sink, Random(f"{seed}:conversations")

    def hour(self, begin: float) -> None:
        """Contacts who write in this hour."""
        for tenant in self._world.tenants:
            for _ in range(poisson(self._rng, SHARE * tenant.size * level(tenant, begin))):
                self.exchange(begin + self._rng.uniform(0, HOUR), tenant)

    def exchange(self, time: float, tenant: Tenant) -> None:
        """A question, and mostly an answer."""
        rng, bot = self._rng, self._rng.random() < 0.7
        self._sink.received(time, tenant)
        if rng.random() < 0.1:
            return
        text = rng.choice(texts.COMMON) if rng.random() < 0.25 else rng.choice(tenant.answers)
        linked = "{link}" in text
        self._sink.planned(
            time + (1 + rng.expovariate(1.0) if bot else rng.uniform(15, 900)),
            tenant,
            1,
            texts.filled(rng, text, tenant.link),
            source="flows" if bot else "person",
            new=int(rng.random() < 0.15),
            number=tenant.numbers[-1],
            links=[tenant.link] if linked else [],
            failing=0.01,
        )
