"""The same spam, with small changes, through several tenants that have been here for long."""

from tests.labelled import texts
from tests.labelled.attacks.scene import Scene, label
from tests.labelled.labels import Label


def _spread(scene: Scene, time: float, way: str, tenants: int, sends: int, count: int, seconds: float) -> Label:
    rng, text = scene.rng, scene.rng.choice(texts.SPAM)
    domains, subjects = [scene.link() for _ in range(rng.randint(2, 6))], set[tuple[str, str]]()
    for _ in range(tenants):
        tenant = scene.world.victim(10, 200)
        subjects |= tenant.subjects()
        source = rng.choice(({"source": "flows"}, {"source": "api"}, {"source": "person", "source_id": ""}))
        for _ in range(sends):
            at = time + rng.uniform(0, seconds)
            scene.message(at, tenant, count, texts.disguised(rng, text), rng.choice(domains), **source)
    return label("near_duplicates", way, time, time + seconds, subjects)


def singly(scene: Scene, time: float) -> Label:
    """Message by message, each with changes of its own."""
    return _spread(scene, time, "singly", scene.rng.randint(4, 7), scene.rng.randint(25, 60), 1, 900)


def in_slices(scene: Scene, time: float) -> Label:
    """Some dozen recipients at a time."""
    return _spread(scene, time, "in slices", scene.rng.randint(4, 6), scene.rng.randint(3, 6), 15, 600)


def slowly(scene: Scene, time: float) -> Label:
    """Over an hour, few at a time."""
    return _spread(scene, time, "slowly", scene.rng.randint(5, 8), scene.rng.randint(12, 25), 2, 3600)


WAYS = (singly, in_slices, slowly)
