"""Campaigns: a template to many recipients in slices; on sale days the largest tenants send many times as much."""

from random import Random

from tests.labelled.chance import around, uuid
from tests.labelled.labels import Calm
from tests.labelled.sink import HOUR, Sink
from tests.labelled.world import DAY, Tenant, World, level

SHARE = 0.65
SALES = 3


class Campaigns:
    """The share of messages that campaigns send."""

    def __init__(self, world: World, sink: Sink, seed: int) -> None:
        self._world, self._sink, self._rng = world, sink, Random(f"{seed}:campaigns")
        day = world.begin + self._rng.randint(1, world.days - 1) * DAY
        self._sellers = self._rng.sample(world.tenants[:10], SALES)
        self.calm = [Calm("sale day", tenant.subjects(), day, day + DAY) for tenant in self._sellers]
        self._sale = day
        self._todo: dict[int, list[tuple[float, Tenant, int, float]]] = {}

    def hour(self, begin: float) -> None:
        """Campaigns that start in this hour."""
        if (begin - self._world.begin) % DAY == 0:
            self._plan(begin)
        for time, tenant, count, new in self._todo.pop(int(begin // HOUR), []):
            self.send(time, tenant, count, new)

    def _plan(self, day: float) -> None:
        for tenant in self._world.tenants:
            selling = tenant in self._sellers and day == self._sale
            often = 1.0 if tenant.rank < 15 else 0.25
            for _ in range(self._rng.choice((2, 3)) if selling else self._rng.random() < often):
                count = around(self._rng, SHARE * tenant.size / often) * (self._rng.uniform(2, 4) if selling else 1)
                growing = tenant.rank >= 15 and self._rng.random() < 0.08
                new = self._rng.uniform(0.3, 0.7) if growing else self._rng.uniform(0.0, 0.1)
                time = day + self._hour(tenant, day)
                self._todo.setdefault(int(time // HOUR), []).append((time, tenant, max(5, round(count)), new))

    def _hour(self, tenant: Tenant, day: float) -> float:
        """When in the day: as the tenant's hours go, at a full or half hour more often than not."""
        hours = range(24)
        chosen = self._rng.choices(hours, [level(tenant, day + hour * HOUR) for hour in hours])[0]
        return chosen * HOUR + self._rng.choice((0, 0, 1800, self._rng.uniform(0, HOUR))) + self._rng.uniform(0, 20)

    def send(self, time: float, tenant: Tenant, count: int, new: float, failing: float = 0.05) -> None:
        """One campaign."""
        rng, template, batch = self._rng, self._rng.choice(tenant.templates), str(uuid(self._rng))
        campaign, size = str(uuid(rng)), max(20, min(250, count // 6))
        source = {"source": "campaigns", "source_id": campaign}
        self._sink.add(time, "batch.changed", tenant, batch_id=batch, state="sending", reason="", **source)
        while count > 0:
            part = min(size, count)
            self._sink.planned(
                time,
                tenant,
                part,
                template.text,
                template=template.id,
                batch=batch,
                new=sum(rng.random() < new for _ in range(part)),
                links=[tenant.link] if "{link}" in template.text else [],
                failing=failing,
                **source,
            )
            count -= part
            time += rng.uniform(5, 30)
