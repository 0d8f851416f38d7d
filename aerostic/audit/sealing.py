"""The sealer: takes recorded acts, chain by chain, and gives each its sequence and its MAC.

It works in batches, in its own order: numbers given by writers would commit out of order. Two sealers take turns at a
chain's head; killed anywhere, its transaction never happened.
"""

import threading
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from aerostic.audit.chain import chain_bytes, current_key, mac, mac_key
from aerostic.audit.models import AuditPending
from aerostic.audit.recording import free_head, move_head
from aerostic.db import service_scope, transaction, utcnow

BATCH = 1_000
IDLE_SECONDS = 0.2
SERVICE = service_scope("audit")
CHAINS = text("SELECT DISTINCT tenant_id FROM audit_pending")
SEAL = text(
    "WITH taken AS (DELETE FROM audit_pending WHERE id = ANY(:ids) RETURNING id, tenant_id, body)"
    " INSERT INTO audit_entry (id, tenant_id, seq, key_id, previous, mac, body, sealed_at)"
    " SELECT id, tenant_id, seq, :key_id, previous, mac, body, :at FROM taken"
    " JOIN unnest(:ids, :seqs, :previous, :macs) AS given(id, seq, previous, mac) USING (id)"
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
    """Seal until told to stop."""
    while not stop.is_set():
        if not seal_pending():
            stop.wait(IDLE_SECONDS)


def _seal_chain(tenant_id: UUID | None, batch: int) -> int:
    with transaction(SERVICE) as session:
        head = free_head(session, tenant_id)
        if head is None:
            return 0
        waiting = select(AuditPending.id, AuditPending.body).where(AuditPending.tenant_id == tenant_id)
        acts = session.execute(waiting.order_by(AuditPending.position).limit(batch)).all()
        if acts:
            key_id, chain = current_key(), chain_bytes(tenant_id)
            key, macs = mac_key(tenant_id, key_id), [head.mac]
            for seq, act in enumerate(acts, head.seq + 1):
                macs.append(mac(key, macs[-1], chain, seq, act.id.bytes, act.body.encode()))
            _write(session, key_id, head.seq, [act.id for act in acts], macs)
            move_head(session, head, head.seq + len(acts), macs[-1])
    return len(acts)


def _write(session: Session, key_id: str, last: int, ids: list[UUID], macs: list[bytes]) -> None:
    seqs = list(range(last + 1, last + 1 + len(ids)))
    given = {"ids": ids, "seqs": seqs, "previous": macs[:-1], "macs": macs[1:], "key_id": key_id, "at": utcnow()}
    session.execute(SEAL, given)
