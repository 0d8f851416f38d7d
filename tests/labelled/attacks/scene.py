"""What attackers have at hand: the world, where to put down what they do, and how they get into an account."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from tests.labelled import texts
from tests.labelled.chance import digest, uuid
from tests.labelled.labels import Label, Subjects
from tests.labelled.places import ABROAD, Place, place
from tests.labelled.sink import Sink
from tests.labelled.world import Tenant, World


@dataclass(slots=True)
class Scene:
    """Where an attack takes place."""

    world: World
    sink: Sink
    rng: Random
    asleep: list[Tenant] = field(default_factory=list)

    def enter(self, time: float, tenant: Tenant) -> Subjects:
        """A thief signs in to an account whose password they have, from abroad, with a device never seen; who that is."""
        thief, user = place(self.rng, self.rng.choice(ABROAD)), self.rng.choice(tenant.users)
        self.sink.signin(time, thief, user.account, "right", known=False, user=user.id)
        for endpoint in self.rng.sample(("home", "contacts", "campaigns", "templates", "wallet"), 3):
            time += self.rng.uniform(4, 25)
            self.sink.asked(time, tenant, thief, {"user": user.id}, endpoint, referred=True)
        return frozenset([("address", thief.address), ("user", user.id), ("account", user.account)])

    def message(self, time: float, tenant: Tenant, count: int, text: str, link: str, **more: object) -> None:
        """Spam of a thief: one text to many whom the tenant never wrote to."""
        new = sum(self.rng.random() < 0.95 for _ in range(count))
        data = {"source": "campaigns", "source_id": str(uuid(self.rng)), "new": new, "links": [link], "failing": 0.12}
        self.sink.planned(time, tenant, count, texts.filled(self.rng, text, link), **(data | more))

    def link(self) -> str:
        """A domain bought for this."""
        return digest(self.rng)


def label(family: str, way: str, begin: float, end: float, *subjects: Subjects | Iterable[tuple[str, str]]) -> Label:
    """A label of an attack on, or by, these."""
    return Label(family, way, frozenset().union(*subjects), begin, end)


def addresses(places: Iterable[Place]) -> Subjects:
    """Places as subjects."""
    return frozenset(("address", here.address) for here in places)
