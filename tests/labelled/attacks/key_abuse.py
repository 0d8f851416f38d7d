"""An API key is in the wrong hands."""

from tests.labelled.attacks.scene import Scene, label
from tests.labelled.chance import uuid
from tests.labelled.labels import Label
from tests.labelled.places import ABROAD, Place, place, pool
from tests.labelled.sink import HOUR
from tests.labelled.world import Key, Tenant

ENDPOINTS = ("messages.create", "contacts.list", "contacts.get", "templates.list", "numbers.list")


def _use(scene: Scene, time: float, way: str, tenant: Tenant, key: Key, places: list[Place], gap: float) -> Label:
    rng, at = scene.rng, time
    for _ in range(rng.randint(60, 300)):
        endpoint = rng.choice(ENDPOINTS)
        method, status = "POST" if "create" in endpoint else "GET", rng.choices((200, 403, 429), (0.9, 0.06, 0.04))[0]
        thing = f"{tenant.rank}:{rng.randrange(300)}" if "get" in endpoint else ""
        here, who = rng.choice(places), {"key": key.id}
        scene.sink.asked(at, tenant, here, who, endpoint, object=thing, status=status, method=method)
        at += rng.expovariate(1 / gap)
    subjects = {("key", key.id)} | {("address", here.address) for here in places}
    return label("key_abuse", way, time, at, tenant.subjects(), subjects)


def rotating(scene: Scene, time: float) -> Label:
    """A key in use is used from many addresses of many countries, too."""
    tenant = scene.world.victim(habit="poll")
    places = pool(scene.rng, scene.rng.randint(8, 40), scene.rng.randint(6, 15))
    return _use(scene, time, "rotating", tenant, tenant.keys[0], places, 2.0)


def after_silence(scene: Scene, time: float) -> Label:
    """A key that was not used for long, from a new country, busily."""
    tenant = scene.asleep.pop()
    return _use(
        scene, time, "after silence", tenant, tenant.keys[-1], [place(scene.rng, scene.rng.choice(ABROAD))], 1.0
    )


def moved(scene: Scene, time: float) -> Label:
    """A key that works all day from its own place suddenly works from one far away as well."""
    tenant = scene.world.victim(habit="poll")
    key = next(key for key in tenant.keys if key.habit == "poll")
    places = pool(scene.rng, 3, 2, scene.rng.choice(ABROAD))
    return _use(scene, time, "moved", tenant, key, places, 1.5)


def asleep(scene: Scene) -> None:
    """Keys that `after_silence` will find were used once, at the very beginning."""
    for _ in range(3):
        tenant = scene.world.victim(15, 400)
        key = Key(str(uuid(scene.rng)), "asleep", [place(scene.rng)])
        tenant.keys.append(key)
        at = scene.world.begin + scene.rng.uniform(0, HOUR)
        scene.sink.asked(at, tenant, key.places[0], {"key": key.id}, "contacts.list")
        scene.asleep.append(tenant)


WAYS = (rotating, after_silence, moved)
