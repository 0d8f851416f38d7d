"""Many new tenants, all run by the same people, come up and do the same within minutes."""

from tests.labelled import texts
from tests.labelled.attacks.scene import Scene, addresses, label
from tests.labelled.chance import uuid
from tests.labelled.labels import Label
from tests.labelled.places import Place, pool


def _wave(scene: Scene, time: float, way: str, places: list[Place], tenants: int, within: float, links: int) -> Label:
    rng, world = scene.rng, scene.world
    text, domains = rng.choice(texts.SPAM), [scene.link() for _ in range(links)]
    subjects, last = set(addresses(places)), time
    for _ in range(tenants):
        tenant, here, at = world.tenant(len(world.tenants), 20.0), rng.choice(places), time + rng.uniform(0, within)
        user = tenant.users[0]
        scene.sink.signin(at, here, user.account, "right", known=False, user=user.id)
        for endpoint in ("home", "contacts", "campaigns"):
            at += rng.uniform(3, 20)
            scene.sink.asked(at, tenant, here, {"user": user.id}, endpoint, referred=True)
        for _ in range(rng.randint(2, 5)):
            at += rng.uniform(5, 60)
            scene.message(at, tenant, rng.randint(15, 60), texts.disguised(rng, text), rng.choice(domains))
        subjects |= tenant.subjects() | {("user", user.id), ("account", user.account)}
        last = max(last, at)
    return label("wave", way, time, last, subjects)


def one_house(scene: Scene, time: float) -> Label:
    """From a handful of neighbouring addresses."""
    places = pool(scene.rng, scene.rng.randint(1, 5), 1)
    return _wave(scene, time, "one house", places, scene.rng.randint(8, 20), 900, 2)


def from_everywhere(scene: Scene, time: float) -> Label:
    """Each from an address of its own; what they send gives them away."""
    places = pool(scene.rng, 40, 40)
    return _wave(scene, time, "from everywhere", places, scene.rng.randint(10, 25), 1200, 1)


def silent(scene: Scene, time: float) -> Label:
    """They come from one network, and send texts of their own that have nothing in common."""
    rng, world = scene.rng, scene.world
    places, last = pool(rng, rng.randint(2, 6), 1), time
    subjects = set(addresses(places))
    for _ in range(rng.randint(8, 16)):
        tenant, here, at = world.tenant(len(world.tenants), 20.0), rng.choice(places), time + rng.uniform(0, 900)
        user, link = tenant.users[0], scene.link()
        scene.sink.signin(at, here, user.account, "right", known=False, user=user.id)
        scene.sink.asked(at + 5, tenant, here, {"user": user.id}, "home", referred=True)
        batch = str(uuid(rng))
        for _ in range(rng.randint(2, 4)):
            at += rng.uniform(20, 60)
            scene.message(at, tenant, rng.randint(20, 80), texts.offer(rng, tenant.brand), link, batch=batch)
        subjects |= tenant.subjects() | {("user", user.id), ("account", user.account)}
        last = max(last, at)
    return label("wave", "silent", time, last, subjects)


WAYS = (one_house, from_everywhere, silent)
