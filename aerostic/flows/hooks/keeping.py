"""The addresses of webhooks and their secrets: made when a flow is published, shown, and changed."""

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic import audit
from aerostic.db import utcnow
from aerostic.flows.hooks.models import FlowHook

# Bytes that nobody guesses.
TOKEN, SECRET = 24, 32
# So long the secret before is good, too: until every sender has the new one.
OVERLAP = timedelta(days=1)
PATH = "/flows/"


def ensure(session: Session, tenant_id: UUID, flow_id: UUID, nodes: Iterable[str]) -> None:
    """Give nodes of a flow addresses that have none yet."""
    known = {hook.node for hook in of_flow(session, flow_id)}
    for node in nodes:
        if node not in known:
            hook = FlowHook(tenant_id=tenant_id, flow_id=flow_id, node=node, token=secrets.token_urlsafe(TOKEN))
            hook.secrets = {"now": secrets.token_urlsafe(SECRET)}
            session.add(hook)
    session.flush()


def of_flow(session: Session, flow_id: UUID) -> list[FlowHook]:
    """The webhooks of a flow, also those of nodes that it has no more."""
    return list(session.scalars(select(FlowHook).where(FlowHook.flow_id == flow_id).order_by(FlowHook.node)))


def address(base: str, hook: FlowHook) -> str:
    """What the other system calls.

    Args:
        base: of the host of webhooks.
    """
    return f"{base}{PATH}{hook.token}"


def reveal(session: Session, hook: FlowHook) -> str:
    """The secret, for somebody who sets the other system up; it is noted that they saw it."""
    _note(session, hook, "revealed")
    return _now(hook)


def rotate(session: Session, hook: FlowHook) -> str:
    """Make a new secret and return it. The one before is good for another day."""
    until = (utcnow() + OVERLAP).timestamp()
    hook.secrets = {"now": secrets.token_urlsafe(SECRET), "before": _now(hook), "until": until}
    _note(session, hook, "rotated")
    return _now(hook)


def good_until(hook: FlowHook) -> datetime | None:
    """How long the secret before is or was good; None before the first change."""
    until = (hook.secrets or {}).get("until")
    return datetime.fromtimestamp(until, UTC) if until else None


def good_secrets(hook: FlowHook) -> tuple[bytes, ...]:
    """What callers may prove themselves with now."""
    kept = hook.secrets or {}
    old = [kept["before"]] if kept.get("until", 0) > utcnow().timestamp() else []
    return tuple(one.encode() for one in [kept["now"], *old])


def _now(hook: FlowHook) -> str:
    return str((hook.secrets or {})["now"])


def _note(session: Session, hook: FlowHook, verb: str) -> None:
    act = audit.Act(hook.tenant_id, f"flow.hook_{verb}", f"flow:{hook.flow_id}", after={"node": hook.node})
    audit.record(session, act)
