"""The sealer: takes recorded acts, chain by chain, and gives each its sequence and its MAC.

It works in batches, in its own order: numbers given by writers would commit out of order. Two sealers take turns at a
chain's head; killed anywhere, its transaction never happened.
"""

import hashlib
import threading
from collections.abc import Sequence
from uuid import UUID

import orjson
import structlog
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from aerostic.audit.actors import SYSTEM
from aerostic.audit.acts import Act, sealed_text
from aerostic.audit.chain import chain_bytes, chain_mac, current_key, is_genuine, name_of, sealed_bytes
from aerostic.audit.models import AuditPending
from aerostic.audit.recording import Head, free_head, move_head
from aerostic.db import service_scope, transaction, utcnow

log = structlog.get_logger(__name__)
BATCH = 1_000
PAUSE_SECONDS = 0.2
SERVICE = service_scope("audit")
CHAINS = text("SELECT DISTINCT tenant_id FROM audit_pending")
TAKE = text("DELETE FROM audit_pending WHERE id = ANY(:ids)")
# One JSON document instead of five arrays: the driver writes it in one piece, where it would escape arrays item by item.
SEAL = text(
    "INSERT INTO audit_entry (id, tenant_id, seq, key_id, previous, mac, body, sealed_at)"
    " SELECT id, :tenant_id, seq, :key_id, decode(previous, 'hex'), decode(mac, 'hex'), body, :at"
    " FROM json_to_recordset(CAST(:rows AS json)) AS r(id uuid, seq bigint, previous text, mac text, body text)"
)


def seal_pending(batch: int = BATCH) -> int:
    """Seal what waits, at most one batch of each chain. Needs an application context.

    Returns:
        How many acts were sealed.
    """
    with transaction(SERVICE) as session:
        chains = list(session.scalars(CHAINS))
    return sum(_seal_chain(tenant_id, batch) for tenant_id in chains)


def run(stop: threading.Event) -> None:
    """Seal until told to stop. What comes meanwhile is gathered: a pass costs as much for one act as for fifty."""
    while not stop.is_set():
        if seal_pending() < BATCH:
            stop.wait(PAUSE_SECONDS)


def _seal_chain(tenant_id: UUID | None, batch: int) -> int:
    columns = select(AuditPending.id, AuditPending.body, AuditPending.ticket)
    waiting = columns.where(AuditPending.tenant_id == tenant_id).order_by(AuditPending.position).limit(batch)
    with transaction(SERVICE) as session:
        head = free_head(session, tenant_id)
        acts = session.execute(waiting).all() if head else ()
        if head and acts:
            ids, bodies = [act.id for act in acts], [_checked(tenant_id, *act) for act in acts]
            session.execute(TAKE, {"ids": ids})
            _seal(session, tenant_id, head, ids, bodies)
    return len(acts)


def _checked(tenant_id: UUID | None, entry_id: UUID, body: str, ticket: bytes) -> str:
    """What is to be sealed: the act, or that somebody slipped it in."""
    if is_genuine(tenant_id, entry_id.bytes, body.encode(), ticket):
        return body
    log.error("an act was slipped in", chain=name_of(tenant_id), entry=str(entry_id))
    digest = hashlib.sha256(body.encode()).hexdigest()
    return sealed_text(Act(tenant_id, "audit.slipped_in", after={"digest": digest}), SYSTEM, utcnow())


def _seal(session: Session, tenant_id: UUID | None, head: Head, ids: Sequence[UUID], bodies: Sequence[str]) -> None:
    key_id, chain, newest, rows = current_key(tenant_id), chain_bytes(tenant_id), head.mac, []
    mac = chain_mac(tenant_id, key_id)
    for seq, (entry_id, body) in enumerate(zip(ids, bodies, strict=True), head.seq + 1):
        before, newest = newest, mac(sealed_bytes(newest, chain, seq, entry_id.bytes, body.encode()))
        rows.append({"id": entry_id, "seq": seq, "previous": before.hex(), "mac": newest.hex(), "body": body})
    given = {"tenant_id": tenant_id, "key_id": key_id, "at": utcnow(), "rows": orjson.dumps(rows).decode()}
    session.execute(SEAL, given)
    move_head(session, head, head.seq + len(rows), newest)
