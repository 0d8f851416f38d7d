"""A bought list: a good part of it does not exist."""

from collections.abc import Callable

from tests.labelled import texts
from tests.labelled.attacks.scene import Scene, label
from tests.labelled.chance import uuid
from tests.labelled.labels import Label
from tests.labelled.world import Tenant


def _send(scene: Scene, time: float, way: str, tenant: Tenant, count: int, pause: Callable[[], float]) -> Label:
    rng, at = scene.rng, time
    template, batch, failing = rng.choice(tenant.templates), str(uuid(rng)), rng.uniform(0.28, 0.6)
    while count > 0:
        part = min(count, 60)
        count -= part
        scene.sink.planned(
            at,
            tenant,
            part,
            template.text,
            template=template.id,
            batch=batch,
            source="campaigns",
            source_id=batch,
            new=round(part * 0.97),
            failing=failing,
            links=[tenant.link],
        )
        at += pause()
    return label("failures", way, time, at + 60, tenant.subjects())


def quickly(scene: Scene, time: float) -> Label:
    """By somebody who has been here for long, in one go."""
    tenant = scene.world.victim(20, 300)
    return _send(scene, time, "quickly", tenant, scene.rng.randint(200, 600), lambda: scene.rng.uniform(5, 30))


def slowly(scene: Scene, time: float) -> Label:
    """Over an hour or more."""
    tenant = scene.world.victim(20, 300)
    return _send(scene, time, "slowly", tenant, scene.rng.randint(300, 700), lambda: scene.rng.uniform(200, 600))


def by_a_newcomer(scene: Scene, time: float) -> Label:
    """By somebody who came for this."""
    rng, world = scene.rng, scene.world
    tenant = world.tenant(len(world.tenants), 50.0)
    user = tenant.users[0]
    scene.sink.signin(time, user.places[0], user.account, "right", known=False, user=user.id)
    scene.message(time + 600, tenant, 2, texts.offer(rng, tenant.brand), tenant.link, failing=0.0)
    return _send(scene, time + 900, "by a newcomer", tenant, rng.randint(200, 600), lambda: rng.uniform(5, 40))


WAYS = (quickly, slowly, by_a_newcomer)
