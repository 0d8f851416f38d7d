"""A stolen account sends far more than it ever did, to people it never wrote to."""

from tests.labelled import texts
from tests.labelled.attacks.scene import Scene, label
from tests.labelled.chance import many
from tests.labelled.labels import Label


def at_once(scene: Scene, time: float) -> Label:
    """As campaigns, in slices, minutes after the thief came in."""
    rng, tenant = scene.rng, scene.world.victim(12, 250)
    thief = scene.enter(time, tenant)
    text, link = rng.choice(texts.SPAM), scene.link()
    at = time + rng.uniform(60, 300)
    for _ in range(rng.randint(6, 15)):
        scene.message(at, tenant, max(20, round(tenant.size * rng.uniform(0.5, 1.2))), text, link)
        at += rng.uniform(5, 60)
    return label("spike", "at once", time, at, tenant.subjects(), thief)


def one_by_one(scene: Scene, time: float) -> Label:
    """Through the pages' own answers, one message at a time, quickly."""
    rng, tenant = scene.rng, scene.world.victim(12, 250)
    thief = scene.enter(time, tenant)
    text, link = rng.choice(texts.SPAM), scene.link()
    at, source = time + rng.uniform(60, 300), {"source": "person", "source_id": ""}
    for _ in range(many(rng, 250, 900)):
        scene.message(at, tenant, 1, text, link, **source)
        at += rng.expovariate(1.5)
    return label("spike", "one by one", time, at, tenant.subjects(), thief)


def swelling(scene: Scene, time: float) -> Label:
    """A little first, then more and more."""
    rng, tenant = scene.rng, scene.world.victim(40, 500)
    thief = scene.enter(time, tenant)
    text, link, at, share = rng.choice(texts.SPAM), scene.link(), time + 120, 0.05
    for _ in range(rng.randint(7, 10)):
        scene.message(at, tenant, max(5, round(tenant.size * share)), text, link)
        share *= 1.8
        at += rng.uniform(60, 180)
    return label("spike", "swelling", time, at, tenant.subjects(), thief)


WAYS = (at_once, one_by_one, swelling)
