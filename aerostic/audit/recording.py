"""Recording an act in the transaction that it tells of: rolled back, it never happened; committed, it cannot be missing."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from aerostic.audit.actors import Actor, current_actor
from aerostic.audit.acts import Act, sealed_text
from aerostic.audit.chain import START, chain_bytes, chain_mac, current_key, sealed_bytes, ticket
from aerostic.audit.models import AuditHead
from aerostic.db import new_id, utcnow

PENDING = text("INSERT INTO audit_pending (id, tenant_id, body, ticket) VALUES (:id, :tenant_id, :body, :ticket)")
FIRST = text(
    "INSERT INTO audit_head (id, tenant_id, seq, mac) VALUES (:id, :tenant_id, 0, :mac) ON CONFLICT DO NOTHING"
)
ENTRY = text(
    "INSERT INTO audit_entry (id, tenant_id, seq, key_id, previous, mac, body, sealed_at)"
    " VALUES (:id, :tenant_id, :seq, :key_id, :previous, :mac, :body, :sealed_at)"
)
MOVE = text("UPDATE audit_head SET seq = :seq, mac = :mac WHERE id = :id")


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry of a chain, locked until the transaction ends."""

    id: UUID
    seq: int
    mac: bytes


def record(session: Session, act: Act, actor: Actor | None = None) -> None:
    """Note an act; the sealer gives it its place in the chain within a second of the commit.

    Args:
        actor: who did it; the current one when left out.
    """
    body, entry_id = sealed_text(act, actor or current_actor(), utcnow()), new_id()
    shown = ticket(act.tenant_id, entry_id.bytes, body.encode())
    session.execute(PENDING, {"id": entry_id, "tenant_id": act.tenant_id, "body": body, "ticket": shown})


def record_sealed(session: Session, act: Act, actor: Actor | None = None) -> None:
    """Put an act into its chain at once: for what must never happen unaudited, whatever becomes of the sealer.

    It holds the chain's head until the transaction ends, so it comes last in it. The scope has to be the tenant's own, the
    platform's or the service `audit`.
    """
    entry_id, now, key_id = new_id(), utcnow(), current_key(act.tenant_id)
    body = sealed_text(act, actor or current_actor(), now)
    head = lock_head(session, act.tenant_id)
    seq, chain = head.seq + 1, chain_bytes(act.tenant_id)
    newest = chain_mac(act.tenant_id, key_id)(sealed_bytes(head.mac, chain, seq, entry_id.bytes, body.encode()))
    place = {"tenant_id": act.tenant_id, "seq": seq, "key_id": key_id, "previous": head.mac, "mac": newest}
    session.execute(ENTRY, place | {"id": entry_id, "body": body, "sealed_at": now})
    move_head(session, head, seq, newest)


def lock_head(session: Session, tenant_id: UUID | None) -> Head:
    """The head of a chain, locked; made where the chain is new."""
    head = _locked(session, tenant_id, free=False)
    if head is None:
        raise LookupError("This scope does not reach the head of that chain.")
    return head


def free_head(session: Session, tenant_id: UUID | None) -> Head | None:
    """As `lock_head`, but None where somebody else is adding to the chain: so no long transaction holds up other chains."""
    return _locked(session, tenant_id, free=True)


def move_head(session: Session, head: Head, seq: int, newest: bytes) -> None:
    """Say what the newest entry is now."""
    session.execute(MOVE, {"id": head.id, "seq": seq, "mac": newest})


def _locked(session: Session, tenant_id: UUID | None, *, free: bool) -> Head | None:
    own = AuditHead.tenant_id == tenant_id
    query = select(AuditHead.id, AuditHead.seq, AuditHead.mac).where(own).with_for_update(skip_locked=free)
    row = session.execute(query).one_or_none()
    busy = row is None and free and session.scalar(select(AuditHead.id).where(own)) is not None
    if row is None and not busy:
        session.execute(FIRST, {"id": new_id(), "tenant_id": tenant_id, "mac": START})
        row = session.execute(query).one_or_none()
    return Head(*row) if row else None
