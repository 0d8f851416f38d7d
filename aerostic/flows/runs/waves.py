"""Many runs with one cause, such as an import or a moment of a schedule: begun a few at a time, so that they crowd out nobody.

Of each tenant, one wave at a time goes on. A run's id is made of cause and contact, so that what a process had begun before it
died is not begun again.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from aerostic.db import new_id, service_scope, tenant_scope, transaction, utcnow
from aerostic.flows.models import FlowTrigger
from aerostic.flows.runs.beginnings import Begin, Published
from aerostic.flows.runs.driving import begin
from aerostic.flows.runs.ids import run_id
from aerostic.flows.start_models import FlowSchedule, FlowWave
from aerostic.messaging.conversations.handling import last_with
from aerostic.messaging.conversations.handling import locked as lock_conversation
from aerostic.messaging.models import Contact, ContactTag
from aerostic.streams.outage import is_outage

log = structlog.get_logger(__name__)
SERVICE = service_scope("flows")
# So many runs are begun before it is another tenant's turn.
SLICE = 50
# Longer than a slice takes: after it, the process that was at it is gone.
LEASE = timedelta(minutes=5)
TRIES = 2


class Due(NamedTuple):
    """A wave that may go on."""

    id: UUID
    tenant_id: UUID


class _Slice(NamedTuple):
    version: Published
    node: str
    cause: UUID
    trigger: dict[str, Any]
    chain: tuple[str, ...]
    people: Sequence[UUID | None]
    lease: Any


def add(
    session: Session,
    source: FlowTrigger | FlowSchedule,
    cause: UUID,
    trigger: dict[str, Any],
    *,
    contacts: Sequence[UUID] | None = None,
    tag_id: UUID | None = None,
    chain: Sequence[str] = (),
) -> None:
    """Note what is to begin. The same cause again adds nothing.

    Args:
        source: the node that starts.
        trigger: what its runs see as `trigger`.
        contacts: for whom; None with `tag_id` for those with the tag, None without for a single run about nobody.
        chain: of runs that led to it.
    """
    values = {
        "id": new_id(),
        "tenant_id": source.tenant_id,
        "flow_id": source.flow_id,
        "version_id": source.version_id,
        "node": source.node,
        "cause": cause,
        "trigger": trigger,
        "chain": list(chain),
        "contacts": None if contacts is None else [str(one) for one in sorted(contacts)],
        "tag_id": tag_id,
        "next_at": utcnow(),
        "created_at": utcnow(),
    }
    session.execute(insert(FlowWave).values(values).on_conflict_do_nothing())


def going_on(session: Session, flow_id: UUID, node: str) -> bool:
    """Whether a wave of this node has not come to its end."""
    return (
        session.scalar(select(FlowWave.id).where(FlowWave.flow_id == flow_id, FlowWave.node == node).limit(1))
        is not None
    )


def forget(session: Session, flow_id: UUID) -> None:
    """Begin no more of a flow's runs."""
    session.execute(delete(FlowWave).where(FlowWave.flow_id == flow_id))


def due() -> list[Due]:
    """The oldest wave of each tenant, where nobody is at it."""
    oldest = select(FlowWave.id, FlowWave.tenant_id, FlowWave.next_at).ext(distinct_on(FlowWave.tenant_id))
    first = oldest.order_by(FlowWave.tenant_id, FlowWave.id).subquery()
    with transaction(SERVICE) as session:
        rows = session.execute(select(first.c.id, first.c.tenant_id).where(first.c.next_at <= utcnow()))
        return [Due(*row) for row in rows]


def go_on(wave: Due) -> int:
    """Begin the next runs of a wave. Returns how many; 0 where somebody else is at it."""
    taken = _take(wave)
    if taken is None:
        return 0
    for contact_id in taken.people:
        _begin(taken, contact_id)
    with transaction(tenant_scope(wave.tenant_id)) as session:
        # Somebody may just be looking whether anybody is at it: wait, or the wave would stand still until the lease ends.
        row = _locked(session, wave.id, patient=True)
        if row is not None and row.next_at == taken.lease:
            last = taken.people[-1] if taken.people else None
            if last is None or len(taken.people) < SLICE:
                session.delete(row)
            else:
                row.place, row.next_at = last, utcnow()
    return len(taken.people)


def _take(wave: Due) -> _Slice | None:
    with transaction(tenant_scope(wave.tenant_id)) as session:
        row = _locked(session, wave.id)
        if row is None or row.next_at > utcnow():
            return None
        row.next_at = utcnow() + LEASE
        version = Published(row.tenant_id, row.flow_id, row.version_id)
        people = _people(session, row)
        return _Slice(version, row.node, row.cause, row.trigger, tuple(row.chain), people, row.next_at)


def _locked(session: Session, wave_id: UUID, *, patient: bool = False) -> FlowWave | None:
    return session.scalar(select(FlowWave).where(FlowWave.id == wave_id).with_for_update(skip_locked=not patient))


def _people(session: Session, row: FlowWave) -> Sequence[UUID | None]:
    if row.contacts is not None:
        place = str(row.place or "")
        return [UUID(one) for one in row.contacts if one > place][:SLICE]
    if row.tag_id is None:
        return [None]
    worn = select(ContactTag.contact_id).where(ContactTag.tenant_id == row.tenant_id, ContactTag.tag_id == row.tag_id)
    after = worn.where(ContactTag.contact_id > row.place) if row.place else worn
    return session.scalars(after.order_by(ContactTag.contact_id).limit(SLICE)).all()


def _begin(taken: _Slice, contact_id: UUID | None) -> None:
    """Each in a transaction of its own; one that cannot be begun keeps the others from nothing."""
    for attempt in range(TRIES):
        try:
            with transaction(tenant_scope(taken.version.tenant_id)) as session:
                return _begin_one(session, taken, contact_id)
        except Exception as error:
            if is_outage(error):
                raise
            if attempt + 1 == TRIES:
                log.exception("a flow did not start for a contact", flow=str(taken.version.flow_id))
    return None


def _begin_one(session: Session, taken: _Slice, contact_id: UUID | None) -> None:
    tenant_id, talk_id = taken.version.tenant_id, None
    if contact_id:
        if session.get(Contact, contact_id) is None:
            return
        talk_id = last_with(session, tenant_id, contact_id)
        if talk_id:
            lock_conversation(session, tenant_id, talk_id)
    begins = Begin(
        node=taken.node,
        cause=run_id(taken.cause, str(contact_id)) if contact_id else taken.cause,
        trigger=taken.trigger,
        message={},
        contact_id=contact_id,
        conversation_id=talk_id,
        chain=taken.chain,
    )
    begin(session, taken.version, begins)
