"""Webhooks that pretend to be the provider's."""

from tests.labelled.attacks.scene import Scene, addresses, label
from tests.labelled.chance import digest, many
from tests.labelled.labels import Label
from tests.labelled.places import ABROAD, Place, place, pool


def _forge(scene: Scene, time: float, way: str, places: list[Place], count: int, gap: float, targets: int) -> Label:
    rng, at = scene.rng, time
    endpoints = [digest(rng) for _ in range(targets)]
    for _ in range(count):
        reason = "signature" if targets < 3 else rng.choices(("signature", "unknown", "unreadable"), (4, 5, 1))[0]
        fields = {"channel": "whatsapp", "endpoint": rng.choice(endpoints), "reason": reason}
        scene.sink.add(at, "webhook.refused", None, **rng.choice(places).where(), **fields)
        at += rng.expovariate(1 / gap)
    return label("forgery", way, time, at, addresses(places))


def one_endpoint(scene: Scene, time: float) -> Label:
    """At the door of one tenant, from one address."""
    places = [place(scene.rng, scene.rng.choice(ABROAD))]
    return _forge(scene, time, "one endpoint", places, many(scene.rng, 40, 400), 0.7, 1)


def many_endpoints(scene: Scene, time: float) -> Label:
    """At every door, guessing."""
    places = [place(scene.rng, scene.rng.choice(ABROAD))]
    return _forge(scene, time, "many endpoints", places, many(scene.rng, 40, 400), 1.0, 60)


def several_addresses(scene: Scene, time: float) -> Label:
    """At some doors, from neighbouring addresses, not so fast."""
    places = pool(scene.rng, scene.rng.randint(2, 4), 1)
    return _forge(scene, time, "several addresses", places, scene.rng.randint(80, 250), 4.0, 8)


WAYS = (one_endpoint, many_endpoints, several_addresses)
