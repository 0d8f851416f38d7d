"""Somebody empties a wallet: few messages, to numbers that cost the most and pay the thief."""

from dataclasses import replace

from tests.labelled.attacks.scene import Scene, label
from tests.labelled.labels import Label
from tests.labelled.world import Tenant


def _drain(
    scene: Scene, time: float, way: str, tenant: Tenant, sends: int, gap: float, dearer: float, source: str
) -> Label:
    rng, at = scene.rng, time
    tenant.unwatched_until = time + 2 * sends * gap
    price = round(tenant.price * dearer)
    whole = tenant.balance // price
    text = rng.choice(tenant.answers)
    for _ in range(sends):
        count = max(1, min(400, round(whole / sends)))
        at += rng.expovariate(1 / gap)
        scene.message(at, tenant, count, text, tenant.link, price=price, failing=0.02, source=source)
    return label("draining", way, time, at, tenant.subjects())


def by_pages(scene: Scene, time: float) -> Label:
    """By somebody who came in through the door."""
    rng, tenant = scene.rng, scene.world.victim(15, 400)
    thief = scene.enter(time, tenant)
    drained = _drain(scene, time + 60, "by pages", tenant, rng.randint(8, 20), 30, rng.uniform(4, 9), "person")
    return replace(drained, subjects=drained.subjects | thief)


def by_api(scene: Scene, time: float) -> Label:
    """By a program, in a few minutes."""
    rng = scene.rng
    return _drain(scene, time, "by api", scene.world.victim(15, 400), rng.randint(40, 90), 4, rng.uniform(4, 10), "api")


def slowly(scene: Scene, time: float) -> Label:
    """Within an hour, in small holds."""
    rng = scene.rng
    return _drain(scene, time, "slowly", scene.world.victim(15, 400), rng.randint(30, 60), 60, rng.uniform(4, 8), "api")


WAYS = (by_pages, by_api, slowly)
