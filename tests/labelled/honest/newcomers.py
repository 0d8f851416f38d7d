"""New tenants: they sign in for the first time, try a little, and send to a list they have had for long."""

from random import Random

from tests.labelled.chance import many
from tests.labelled.honest.campaigns import Campaigns
from tests.labelled.honest.people import People
from tests.labelled.labels import Calm
from tests.labelled.places import Place, place
from tests.labelled.sink import HOUR, Sink
from tests.labelled.world import DAY, World

NEWCOMERS = 6
AT_A_WORKSHOP = 4


class Newcomers:
    """Some come by themselves, and some together from the address of a workshop, within a morning."""

    def __init__(self, world: World, sink: Sink, seed: int) -> None:
        self._world, self._rng = world, Random(f"{seed}:newcomers")
        self._people, self._campaigns = People(world, sink, seed + 1), Campaigns(world, sink, seed + 1)
        due: list[tuple[float, Place | None]] = [(self._moment(), None) for _ in range(NEWCOMERS)]
        workshop, begin = place(self._rng), self._moment()
        due += [(begin + self._rng.uniform(0, 3 * HOUR), workshop) for _ in range(AT_A_WORKSHOP)]
        self._due = sorted(due, key=lambda one: one[0])
        self.calm: list[Calm] = []

    def _moment(self) -> float:
        return self._world.begin + self._rng.uniform(0.5, self._world.days - 0.4) * DAY

    def hour(self, begin: float) -> None:
        """Who comes in this hour."""
        while self._due and self._due[0][0] < begin + HOUR:
            self._come(*self._due.pop(0))

    def _come(self, time: float, office: Place | None) -> None:
        rng, world = self._rng, self._world
        size = float(many(rng, 30, 900))
        tenant = world.tenant(len(world.tenants), size, office)
        user = tenant.users[0]
        self._people.sign_in(time, user, user.places[0], 0, known=False)
        self._people.session(time + 60, tenant, user)
        for index in range(rng.randint(1, 4)):
            self._campaigns.send(time + 1200 + index * 120, tenant, 1, 1.0)
        self._campaigns.send(time + rng.uniform(1, 5) * HOUR, tenant, round(size), rng.uniform(0.9, 1.0), 0.07)
        world.tenants.append(tenant)
        self.calm.append(Calm("newcomer", tenant.subjects(), time, time + DAY))
