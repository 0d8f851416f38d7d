"""The reference of `bench audit`, frozen: the same tables and MACs, and the head of the chain locked in every transaction.

Writers read the head for update, insert their entry behind it, and move it on, each act in a transaction of its own.
"""

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from aerostic.audit import SYSTEM, Act
from aerostic.audit.acts import sealed_text
from aerostic.audit.chain import START, chain_bytes, chain_mac, current_key, sealed_bytes
from aerostic.audit.models import AuditEntry, AuditHead
from aerostic.db import new_id, utcnow


def append(session: Session, act: Act) -> None:
    """Put one act at the end of its chain, whose head is there."""
    head = session.scalars(select(AuditHead).where(AuditHead.tenant_id == act.tenant_id).with_for_update()).one()
    now = utcnow()
    body, entry_id, seq, key_id = sealed_text(act, SYSTEM, now), new_id(), head.seq + 1, current_key(act.tenant_id)
    sealed = sealed_bytes(head.mac, chain_bytes(act.tenant_id), seq, entry_id.bytes, body.encode())
    newest = chain_mac(act.tenant_id, key_id)(sealed)
    row = {
        "id": entry_id,
        "tenant_id": act.tenant_id,
        "seq": seq,
        "key_id": key_id,
        "previous": head.mac,
        "mac": newest,
        "body": body,
        "sealed_at": now,
    }
    session.execute(insert(AuditEntry).values(row))
    session.execute(update(AuditHead).where(AuditHead.id == head.id).values(seq=seq, mac=newest))


def begin(session: Session, act: Act) -> None:
    """Make the head of a new chain."""
    session.add(AuditHead(tenant_id=act.tenant_id, seq=0, mac=START))
