"""People sign in, mistype, forget, and look at pages; offices and mobile carriers hide many behind one address."""

from random import Random

from tests.labelled.chance import poisson
from tests.labelled.labels import Calm
from tests.labelled.places import Place, place
from tests.labelled.sink import HOUR, Sink
from tests.labelled.world import DAY, Tenant, User, World, level

SESSIONS_A_DAY = 1.2
PAGES = ("home", "messages", "conversation", "contacts", "contact", "campaigns", "campaign", "templates", "reports")


class People:
    """Sessions of users, and mornings on which a whole office has to choose new passwords."""

    def __init__(self, world: World, sink: Sink, seed: int) -> None:
        self._world, self._sink, self._rng = world, sink, Random(f"{seed}:people")
        large = self._rng.sample([tenant for tenant in world.tenants[:40] if len(tenant.users) >= 15], 3)
        self._mornings = [(self._morning(tenant), tenant) for tenant in large]
        self.calm = [
            Calm(
                "reset morning",
                frozenset([("address", tenant.office.address), *(("account", user.account) for user in tenant.users)]),
                time,
                time + 2 * HOUR,
            )
            for time, tenant in self._mornings
        ]

    def _morning(self, tenant: Tenant) -> float:
        day = self._world.begin + self._rng.randint(1, self._world.days - 1) * DAY
        return day + (8 - tenant.hours_ahead) * HOUR

    def hour(self, begin: float) -> None:
        """Sessions that begin in this hour."""
        rng = self._rng
        for tenant in self._world.tenants:
            for _ in range(poisson(rng, SESSIONS_A_DAY * len(tenant.users) * level(tenant, begin))):
                self.session(begin + rng.uniform(0, HOUR), tenant, rng.choice(tenant.users))
        for time, tenant in self._mornings:
            if begin <= time < begin + HOUR:
                for user in tenant.users:
                    wrong = rng.randint(1, 4) if rng.random() < 0.5 else 0
                    at = time + rng.uniform(0, 0.8 * HOUR)
                    self.sign_in(at, user, tenant.office, wrong, known=rng.random() < 0.85)

    def session(self, time: float, tenant: Tenant, user: User) -> None:
        """Somebody signs in and looks at some pages."""
        rng = self._rng
        where = rng.choices(user.places, (0.72, 0.2, 0.08))[0]
        known = rng.random() < 0.95
        if not known and rng.random() < 0.4:
            where = place(rng)
        wrong = rng.choices((0, 1, 2, 3, rng.randint(5, 9)), (0.9, 0.06, 0.025, 0.01, 0.005))[0]
        time = self.sign_in(time, user, where, wrong, known)
        answering_all_day = rng.random() < 0.03
        for index in range(rng.randint(60, 250) if answering_all_day else 1 + int(rng.expovariate(0.12))):
            self._page(time, tenant, user, where, index)
            time += 2 + rng.expovariate(0.06)

    def _page(self, time: float, tenant: Tenant, user: User, where: Place, index: int) -> None:
        rng, endpoint = self._rng, self._rng.choice(PAGES)
        thing = f"{tenant.rank}:{rng.randrange(300)}" if endpoint in ("conversation", "contact", "campaign") else ""
        self._sink.asked(
            time,
            tenant,
            where,
            {"user": user.id},
            endpoint,
            object=thing,
            status=rng.choices((200, 302, 404, 403), (0.95, 0.04, 0.007, 0.003))[0],
            referred=index > 0 and rng.random() < 0.97,
        )

    def sign_in(self, time: float, user: User, where: Place, wrong: int, known: bool) -> float:
        """Wrong passwords, then the right one; when that was."""
        rng = self._rng
        for tried in range(wrong):
            self._sink.signin(time, where, user.account, "wrong" if tried < 5 else "refused", known)
            time += rng.uniform(4, 25) if tried < 4 else rng.uniform(30, 240)
        self._sink.signin(time, where, user.account, "right", known, user.id)
        return time
