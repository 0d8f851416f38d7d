"""Who draws a flow right now. It is told by a key that fades, and keeps people from drawing past each other; what keeps work from
being overwritten is the draft's revision.
"""

from contextlib import suppress
from dataclasses import asdict, dataclass
from uuid import UUID

import orjson
from redis import RedisError
from sqlalchemy.orm import Session

from aerostic import audit
from aerostic.flows.drafts import locked
from aerostic.registry import runtime

SECONDS = 30  # that somebody is taken to be there without a word


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who has a flow open to draw it.

    Args:
        tab: of their browser; two tabs of one person are two.
        user_id, name: theirs.
    """

    tab: str
    user_id: str
    name: str


def stay(tenant_id: UUID, flow_id: UUID, me: Present) -> Present:
    """Whoever draws the flow: `me` where nobody else does. To be said again within `SECONDS`. Without Redis, everybody may."""
    place, redis = _place(tenant_id, flow_id), runtime().redis
    try:
        if redis.set(place, orjson.dumps(asdict(me)), nx=True, ex=SECONDS):
            return me
        held = redis.get(place)
        there = Present(**orjson.loads(held)) if isinstance(held, bytes) else me
        if there.tab == me.tab:
            redis.expire(place, SECONDS)
        return there
    except RedisError:
        return me


def leave(tenant_id: UUID, flow_id: UUID, tab: str) -> None:
    """Make room, where it was this tab that drew."""
    with suppress(RedisError):  # it fades by itself
        held = runtime().redis.get(_place(tenant_id, flow_id))
        if isinstance(held, bytes) and orjson.loads(held)["tab"] == tab:
            runtime().redis.delete(_place(tenant_id, flow_id))


def take_over(session: Session, tenant_id: UUID, flow_id: UUID, me: Present) -> None:
    """Draw in place of whoever does; the audit log tells who was sent away.

    Raises:
        LookupError: there is no such flow.
    """
    there = stay(tenant_id, flow_id, me)
    if there.tab == me.tab:
        return
    locked(session, flow_id)
    act = audit.Act(tenant_id, "flow.taken_over", f"flow:{flow_id}", before={"user": there.user_id})
    audit.record(session, act)
    with suppress(RedisError):  # without it, nobody is held back
        runtime().redis.set(_place(tenant_id, flow_id), orjson.dumps(asdict(me)), ex=SECONDS)


def _place(tenant_id: UUID, flow_id: UUID) -> str:
    return f"{runtime().settings.redis_prefix}:drawing:{tenant_id}:{flow_id}"
