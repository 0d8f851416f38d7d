"""Everything there is is taken out, one thing after the other."""

from tests.labelled.attacks.scene import Scene, label
from tests.labelled.chance import many
from tests.labelled.labels import Label
from tests.labelled.places import ABROAD, place
from tests.labelled.world import Tenant

ENDPOINTS = ("contacts.get", "conversations.get", "messages.get", "campaigns.get", "templates.get")


def _walk(
    scene: Scene,
    time: float,
    way: str,
    tenant: Tenant,
    who: dict[str, str],
    gap: float,
    endpoints: tuple[str, ...],
    missing: float,
) -> Label:
    rng, at, here = scene.rng, time, place(scene.rng, scene.rng.choice(ABROAD))
    for index in range(many(rng, 500, 2500)):
        status = 404 if rng.random() < missing else 429 if rng.random() < 0.05 else 200
        thing = f"{tenant.rank}:w{index}"
        scene.sink.asked(at, tenant, here, who, rng.choice(endpoints), object=thing, status=status, referred=False)
        at += rng.expovariate(1 / gap)
    return label("scraping", way, time, at, tenant.subjects(), who.items(), {("address", here.address)})


def by_key(scene: Scene, time: float) -> Label:
    """Through the API, guessing ids."""
    tenant = scene.world.victim(habit="poll")
    who = {"key": tenant.keys[0].id}
    return _walk(scene, time, "by key", tenant, who, 0.25, ENDPOINTS, scene.rng.uniform(0.08, 0.4))


def _user(scene: Scene) -> tuple[Tenant, dict[str, str]]:
    tenant = scene.world.victim(20, 400)
    return tenant, {"user": scene.rng.choice(tenant.users).id}


def by_pages(scene: Scene, time: float) -> Label:
    """Through the pages, with a program that does not do as browsers do."""
    return _walk(scene, time, "by pages", *_user(scene), 0.4, ("contact", "conversation", "campaign"), 0.03)


def patient(scene: Scene, time: float) -> Label:
    """Through the pages, slower, so as not to stand out."""
    return _walk(scene, time, "patient", *_user(scene), 2.0, ("contact", "conversation"), 0.02)


WAYS = (by_key, by_pages, patient)
