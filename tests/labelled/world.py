"""Who is on the platform: tenants of very different size with people, keys, templates and habits."""

import math
from dataclasses import dataclass, field
from random import Random
from uuid import UUID

from tests.labelled import texts
from tests.labelled.chance import digest, uuid
from tests.labelled.places import Place, place, pool

DAY = 86_400.0
HOURS = (1, 1, 1, 1, 1, 2, 6, 20, 50, 80, 95, 90, 75, 80, 90, 90, 85, 70, 55, 45, 30, 15, 6, 2)
WEEKDAYS = (1.0, 1.05, 1.0, 1.0, 0.95, 0.55, 0.35)
MESSAGES_A_DAY = 20_000


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who works for a tenant: where they usually are, the likeliest first."""

    id: str
    account: str
    places: tuple[Place, ...]


@dataclass(slots=True)
class Key:
    """An API key and what it is used for."""

    id: str
    habit: str
    places: list[Place]


@dataclass(frozen=True, slots=True)
class Template:
    """A template with its text."""

    id: str
    text: str


@dataclass(slots=True)
class Tenant:
    """A business. `size` is its messages on an ordinary day, `price` its micro-credits a message."""

    id: UUID
    rank: int
    size: float
    hours_ahead: int
    brand: str
    link: str
    numbers: list[str]
    office: Place
    users: list[User]
    answers: list[str]
    templates: list[Template]
    price: int
    balance: int
    unwatched_until: float = 0.0
    keys: list[Key] = field(default_factory=list)

    def subjects(self) -> frozenset[tuple[str, str]]:
        """All that an action on this tenant can be about."""
        return frozenset([("tenant", str(self.id)), *(("number", number) for number in self.numbers)])

    def has(self, habit: str) -> bool:
        """Whether one of its keys is used in that way."""
        return any(key.habit == habit for key in self.keys)

    def spend(self, cost: int, time: float) -> int:
        """Take from the wallet, which its owner fills up when it is empty, unless nobody looks at that time; what is left."""
        if self.balance < cost and time >= self.unwatched_until:
            self.balance += int(8 * self.size * self.price) + 2 * cost
        self.balance = max(0, self.balance - cost)
        return self.balance


def level(tenant: Tenant, time: float) -> float:
    """The share of an ordinary day that falls into the hour of `time`: by day and by week, in the tenant's own time."""
    local = time + tenant.hours_ahead * 3600
    return HOURS[int(local % DAY // 3600)] / sum(HOURS) * WEEKDAYS[int(local // DAY + 3) % 7]


class World:
    """The platform at the beginning of a stream.

    Args:
        rng: the draws.
        begin: seconds since 1970.
        days: how long the stream is.
        tenants: how many there are at the beginning.
    """

    def __init__(self, rng: Random, begin: float, days: int, tenants: int) -> None:
        self.rng, self.begin, self.days, self.end = rng, begin, days, begin + days * DAY
        self.provider = pool(rng, 30, 3, "US")
        self.carriers = [place(rng) for _ in range(6)]
        self.outage = self._moment(0.5), 60.0 * rng.randint(12, 30)
        weights = [1 / (rank + 1) for rank in range(tenants)]
        self.tenants = [
            self.tenant(rank, MESSAGES_A_DAY * weight / sum(weights)) for rank, weight in enumerate(weights)
        ]
        self.free = self.tenants[12:]
        self._keys()
        self._franchises()
        self._agencies()
        rng.shuffle(self.free)

    def _moment(self, first_day: float) -> float:
        return self.begin + self.rng.uniform(first_day, self.days - 0.2) * DAY

    def tenant(self, rank: int, size: float, office: Place | None = None) -> Tenant:
        """Somebody with their people and texts."""
        rng = self.rng
        brand, seat = texts.brand(rng), office or place(rng)
        price = rng.choice((20_000, 35_000, 60_000, 90_000))
        return Tenant(
            id=uuid(rng),
            rank=rank,
            size=max(size, 8.0),
            hours_ahead=rng.choice((-5, 0, 1, 1, 1, 2, 2, 3, 4)),
            brand=brand,
            link=digest(rng),
            numbers=[str(uuid(rng)) for _ in range(1 + (size > 300))],
            office=seat,
            users=[self.user(seat) for _ in range(1 + int(size**0.6))],
            answers=texts.answers(rng, brand),
            templates=[Template(str(uuid(rng)), texts.offer(rng, brand)) for _ in range(rng.randint(2, 6))],
            price=price,
            balance=int(size * price * rng.uniform(4, 12)),
        )

    def user(self, office: Place) -> User:
        """Somebody who is mostly in the office, at times at home or on the way, behind an address many share."""
        rng = self.rng
        return User(str(uuid(rng)), digest(rng), (office, place(rng, office.country), rng.choice(self.carriers)))

    def _keys(self) -> None:
        habits = ("poll", "send", "page through", "sync details", "send from a cloud", "weekly")
        for tenant in self.tenants:
            if self.rng.random() < (0.5 if tenant.rank < 100 else 0.15):
                for habit in self.rng.sample(habits, self.rng.randint(1, 3)):
                    country = tenant.office.country
                    places = pool(self.rng, 14, 3, country) if "cloud" in habit else pool(self.rng, 2, 1, country)
                    tenant.keys.append(Key(str(uuid(self.rng)), habit, places))

    def _franchises(self) -> None:
        """Groups that have shared their templates for months, and one text of which goes out to all of them at once."""
        self.franchises = [self.rng.sample(self.tenants[20:], self.rng.randint(4, 8)) for _ in range(4)]
        for group in self.franchises:
            common = [texts.offer(self.rng, group[0].brand) for _ in range(4)]
            for tenant in group:
                tenant.templates = [Template(str(uuid(self.rng)), text) for text in common]
                tenant.answers = group[0].answers

    def _agencies(self) -> None:
        """Offices that look after several tenants: their people sign in for each of them from one address."""
        for _ in range(3):
            office = place(self.rng)
            for tenant in self.rng.sample(self.tenants[20:], self.rng.randint(4, 8)):
                tenant.users.append(self.user(office))

    def victim(self, least: float = 0.0, most: float = math.inf, habit: str = "") -> Tenant:
        """A tenant of that size, with a key of that habit or else with none in steady use, whom no other attack has had."""
        found = next(
            tenant
            for tenant in self.free
            if least <= tenant.size <= most and (tenant.has(habit) if habit else not tenant.has("poll"))
        )
        self.free.remove(found)
        return found
