"""Passwords leaked elsewhere, or a few common ones, are tried on many accounts."""

from collections.abc import Callable
from random import Random

from tests.labelled.attacks.scene import Scene, addresses, label
from tests.labelled.chance import many
from tests.labelled.labels import Label
from tests.labelled.places import ABROAD, Place, place, pool


def _try(
    scene: Scene, time: float, way: str, places: list[Place], tries: int, gap: Callable[[Random], float], ours: float
) -> Label:
    rng, world = scene.rng, scene.world
    at, subjects = time, set(addresses(places))
    for _ in range(tries):
        user = rng.choice(rng.choice(world.tenants).users)
        account = user.account if rng.random() < ours else ""
        right = bool(account) and rng.random() < 0.01
        outcome = "right" if right else "wrong"
        scene.sink.signin(at, rng.choice(places), account, outcome, known=False, user=user.id if right else "")
        subjects |= {("account", account), ("user", user.id)} if account else set()
        at += gap(rng)
    return label("stuffing", way, time, at, subjects)


def one_address(scene: Scene, time: float) -> Label:
    """From one address, as fast as it goes."""
    places, tries = [place(scene.rng, scene.rng.choice(ABROAD))], many(scene.rng, 60, 500)
    return _try(scene, time, "one address", places, tries, lambda rng: rng.expovariate(1.5), 0.4)


def botnet(scene: Scene, time: float) -> Label:
    """From very many addresses, each of which tries a few."""
    places, tries = pool(scene.rng, scene.rng.randint(60, 180), 50), scene.rng.randint(300, 900)
    return _try(scene, time, "botnet", places, tries, lambda rng: rng.expovariate(0.5), 0.4)


def spraying(scene: Scene, time: float) -> Label:
    """One password for accounts that are known to exist, slowly, from a few neighbouring addresses."""
    places, tries = pool(scene.rng, 4, 1), scene.rng.randint(60, 150)
    return _try(scene, time, "spraying", places, tries, lambda rng: rng.uniform(5, 30), 0.97)


WAYS = (one_address, botnet, spraying)
