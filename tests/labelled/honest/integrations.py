"""Programs with API keys: they poll, send, page through everything at night, run in clouds, and get new keys at times."""

from random import Random

from tests.labelled.chance import poisson, uuid
from tests.labelled.labels import Calm
from tests.labelled.places import COUNTRIES, pool
from tests.labelled.sink import HOUR, Sink
from tests.labelled.world import DAY, Key, Tenant, World, level


class Integrations:
    """What keys are used for by those whom they belong to."""

    def __init__(self, world: World, sink: Sink, seed: int) -> None:
        self._world, self._sink, self._rng = world, sink, Random(f"{seed}:integrations")
        keyed = [(tenant, key) for tenant in world.tenants for key in tenant.keys]
        self._nights = {key.id: self._rng.randrange(24) for _, key in keyed}
        self._turns = {
            key.id: world.begin + self._rng.uniform(1, world.days) * DAY for _, key in self._rng.sample(keyed, 5)
        }
        self._moves = {
            key.id: world.begin + self._rng.uniform(1, world.days) * DAY for _, key in self._rng.sample(keyed, 5)
        }
        self.calm: list[Calm] = []

    def hour(self, begin: float) -> None:
        """What keys do in this hour."""
        for tenant in self._world.tenants:
            for key in tenant.keys:
                self._turn(begin, key)
                self._move(begin, key)
                self._use(begin, tenant, key)

    def _turn(self, begin: float, key: Key) -> None:
        """The key is replaced by a new one, which goes on as the old one did."""
        if begin <= self._turns.get(key.id, 0) < begin + HOUR:
            night, key.id = self._nights[key.id], str(uuid(self._rng))
            self._nights[key.id] = night
            self.calm.append(Calm("new key", frozenset([("key", key.id)]), begin, begin + DAY))

    def _move(self, begin: float, key: Key) -> None:
        """The program moves to another house, and its old place is heard of no more."""
        if begin <= self._moves.get(key.id, 0) < begin + HOUR:
            key.places = pool(self._rng, 2, 1, self._rng.choice(COUNTRIES))
            self.calm.append(Calm("moved program", frozenset([("key", key.id)]), begin, begin + DAY))

    def _use(self, begin: float, tenant: Tenant, key: Key) -> None:
        night = int(begin % DAY // HOUR) == self._nights[key.id]
        if key.habit == "poll":
            self._poll(begin, tenant, key)
        elif key.habit.startswith("send"):
            self._send(begin, tenant, key)
        elif key.habit == "page through" and night:
            self._walk(begin, tenant, key, "contacts.list", self._rng.randint(80, 700), 1.5, 0)
        elif key.habit == "sync details" and night:
            self._walk(begin, tenant, key, "contacts.get", self._rng.randint(150, 1200), 0.8, 5000)
        elif key.habit == "weekly" and night and int((begin - self._world.begin) // DAY) % 2 == 0:
            self._walk(begin, tenant, key, "reports.get", self._rng.randint(3, 20), 3.0, 50)

    def _ask(self, time: float, tenant: Tenant, key: Key, endpoint: str, **data: object) -> None:
        status = self._rng.choices((200, 404, 429, 500), (0.985, 0.008, 0.005, 0.002))[0]
        where = self._rng.choice(key.places)
        self._sink.asked(time, tenant, where, {"key": key.id}, endpoint, **({"status": status} | data))

    def _poll(self, begin: float, tenant: Tenant, key: Key) -> None:
        time = begin + self._rng.uniform(0, 240)
        while time < begin + HOUR:
            self._ask(time, tenant, key, "messages.list")
            time += 240 + self._rng.uniform(-2, 2)

    def _send(self, begin: float, tenant: Tenant, key: Key) -> None:
        rng = self._rng
        for _ in range(poisson(rng, 0.15 * tenant.size * level(tenant, begin))):
            time, template = begin + rng.uniform(0, HOUR), rng.choice(tenant.templates)
            self._ask(time, tenant, key, "messages.create", method="POST", status=201)
            self._sink.planned(
                time + 0.01,
                tenant,
                1,
                template.text,
                template=template.id,
                source="api",
                source_id=key.id,
                new=int(rng.random() < 0.2),
                failing=0.03,
            )

    def _walk(self, begin: float, tenant: Tenant, key: Key, endpoint: str, asks: int, gap: float, objects: int) -> None:
        time = begin + self._rng.uniform(0, 600)
        for index in range(asks):
            thing = f"{tenant.rank}:{(index * 7) % objects}" if objects else ""
            self._ask(time, tenant, key, endpoint, object=thing)
            time += gap * self._rng.uniform(0.7, 1.6)
