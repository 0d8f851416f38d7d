"""Many passwords are tried on one account."""

from collections.abc import Callable
from random import Random

from tests.labelled.attacks.scene import Scene, addresses, label
from tests.labelled.chance import many
from tests.labelled.labels import Label
from tests.labelled.places import ABROAD, Place, place, pool


def _try(scene: Scene, time: float, way: str, places: list[Place], tries: int, gap: Callable[[Random], float]) -> Label:
    rng = scene.rng
    account = rng.choice(rng.choice(scene.world.tenants).users).account
    at = time
    for tried in range(tries):
        outcome = "wrong" if tried < 5 or rng.random() < 0.3 else "refused"
        scene.sink.signin(at, rng.choice(places), account, outcome, known=False)
        at += gap(rng)
    return label("brute_force", way, time, at, addresses(places), {("account", account)})


def fast(scene: Scene, time: float) -> Label:
    """One address, several a second."""
    places = [place(scene.rng, scene.rng.choice(ABROAD))]
    return _try(scene, time, "fast", places, many(scene.rng, 60, 400), lambda rng: rng.expovariate(3))


def slow(scene: Scene, time: float) -> Label:
    """One address, one every ten to forty seconds."""
    places = [place(scene.rng, scene.rng.choice(ABROAD))]
    return _try(scene, time, "slow", places, scene.rng.randint(30, 90), lambda rng: rng.uniform(10, 40))


def spread(scene: Scene, time: float) -> Label:
    """Many addresses, so that none of them tries often."""
    places = pool(scene.rng, scene.rng.randint(10, 40), 12)
    return _try(scene, time, "spread", places, scene.rng.randint(60, 200), lambda rng: rng.uniform(1, 15))


WAYS = (fast, slow, spread)
