"""Making checkpoints: on a schedule, and when somebody asks. What is off is never signed; it raises an alarm."""

from uuid import UUID

import structlog
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from aerostic.audit import sink
from aerostic.audit.chain import name_of
from aerostic.audit.models import AuditCheckpoint, AuditHead
from aerostic.audit.reading import entries
from aerostic.audit.sealing import SERVICE
from aerostic.audit.signed import Checkpoint
from aerostic.audit.walking import Walk
from aerostic.db import Event, emit, transaction, utcnow
from aerostic.registry import Schedule

log = structlog.get_logger(__name__)
SECONDS = 600
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('aerostic.audit_checkpoint'))")
# The platform's chain apart, since there is no index for `IS NOT DISTINCT FROM`.
BEHIND = text(
    "SELECT h.tenant_id FROM audit_head h WHERE h.seq > coalesce(CASE WHEN h.tenant_id IS NULL"
    " THEN (SELECT max(seq) FROM audit_checkpoint WHERE tenant_id IS NULL)"
    " ELSE (SELECT max(seq) FROM audit_checkpoint c WHERE c.tenant_id = h.tenant_id) END, 0)"
)


def checkpoint_all() -> int:
    """Sign every chain that has grown since its last checkpoint. Needs an application context.

    Returns:
        How many checkpoints were made.
    """
    with transaction(SERVICE) as session:
        grown = list(session.scalars(BEHIND))
    return sum(checkpoint(tenant_id) for tenant_id in grown)


def checkpoint(tenant_id: UUID | None) -> bool:
    """Sign where one chain stands, unless its last checkpoint says so already, or something is off.

    The copy in the file comes first: a checkpoint that only the file has is still true.
    """
    with transaction(SERVICE) as session:
        session.execute(ONE_AT_A_TIME)
        before = latest(session, tenant_id)
        walk = _walked(session, tenant_id, before)
        if walk.findings:
            _raise_alarm(session, walk)
        elif walk.entries:
            made = Checkpoint.make(tenant_id, walk.seq, walk.mac, walk.link, before, utcnow())
            sink.keep(made)
            _write(session, made)
            return True
    return False


def latest(session: Session, tenant_id: UUID | None) -> Checkpoint | None:
    """The newest checkpoint of a chain."""
    query = select(AuditCheckpoint).where(AuditCheckpoint.tenant_id == tenant_id)
    row = session.scalar(query.order_by(AuditCheckpoint.seq.desc()).limit(1))
    return read(row) if row else None


def read(row: AuditCheckpoint) -> Checkpoint:
    """A checkpoint of the table."""
    return Checkpoint.read({"body": row.body, "signature": row.signature.hex()})


def _walked(session: Session, tenant_id: UUID | None, before: Checkpoint | None) -> Walk:
    walk = Walk(tenant_id)
    if before:
        walk = Walk(tenant_id, before.seq, before.mac, before.link)
        if not before.ours():
            walk.found(before.seq, "signature")
    for _ in walk.along(entries(session, tenant_id, walk.seq)):
        pass
    head = session.scalar(select(AuditHead.seq).where(AuditHead.tenant_id == tenant_id))
    if head is not None and head > walk.seq:
        walk.found(walk.seq + 1, "cut", f"{walk.seq + 1} to {head}")
    return walk


def _write(session: Session, made: Checkpoint) -> None:
    row = {"tenant_id": made.tenant_id, "seq": made.seq, "body": made.body, "signature": made.signature}
    session.add(AuditCheckpoint(**row))
    emit(session, Event("audit.checkpointed", made.tenant_id, f"audit:{name_of(made.tenant_id)}", made.shown()))


def _raise_alarm(session: Session, walk: Walk) -> None:
    for finding in walk.findings:
        log.error("the audit chain is not whole", chain=finding.chain, seq=finding.seq, kind=finding.kind)
        data = {"chain": finding.chain, "seq": finding.seq, "kind": finding.kind}
        emit(session, Event("audit.broken", None, f"audit:{finding.chain}", data))


SCHEDULES = (Schedule("audit.checkpoint", checkpoint_all, SECONDS),)
