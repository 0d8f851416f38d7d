"""Verifying chains: every entry read again, its MAC made again, and the ends held against head, checkpoints and their copies."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from aerostic.audit import sink
from aerostic.audit.checkpoints import read
from aerostic.audit.models import AuditCheckpoint, AuditEntry, AuditHead
from aerostic.audit.reading import entries
from aerostic.audit.signed import Checkpoint
from aerostic.audit.walking import Finding, Walk
from aerostic.db import Scope, transaction

Chosen = Callable[[Session, list[Checkpoint]], set[UUID | None]]


@dataclass(frozen=True, slots=True)
class Report:
    """How much was read, and what is off: of each kind the first in each chain."""

    chains: int
    entries: int
    checkpoints: int
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is off."""
        return not self.findings


def verify_all(scope: Scope) -> Report:
    """Verify all chains that `scope` can see, and those of which only a checkpoint is left."""
    return _verify(scope, lambda session, copies: _chains(session) | {copy.tenant_id for copy in copies})


def verify_chain(scope: Scope, tenant_id: UUID | None) -> Report:
    """Verify one chain; None is the platform's."""
    return _verify(scope, lambda session, copies: {tenant_id})


def _verify(scope: Scope, chosen: Chosen) -> Report:
    # The file first: what it tells of was committed before, so the snapshot has it.
    copies = sink.kept()
    with transaction(scope) as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        chains = sorted(chosen(session, copies), key=str)
        results = [_verify_one(session, tenant_id, copies) for tenant_id in chains]
    findings = tuple(finding for walk, _ in results for finding in walk.findings)
    return Report(len(results), sum(walk.entries for walk, _ in results), sum(count for _, count in results), findings)


def _verify_one(session: Session, tenant_id: UUID | None, copies: list[Checkpoint]) -> tuple[Walk, int]:
    """The walk along a chain, and how many checkpoints it was held against."""
    own = (AuditCheckpoint.tenant_id == tenant_id,)
    known = [read(row) for row in session.scalars(select(AuditCheckpoint).where(*own).order_by(AuditCheckpoint.seq))]
    every = {(one.body, one.signature): one for one in (*known, *(c for c in copies if c.tenant_id == tenant_id))}
    walk = Walk(tenant_id)
    signed = dict[int, list[Checkpoint]]()
    for one in every.values():
        if one.ours():
            signed.setdefault(one.seq, []).append(one)
        else:
            walk.found(one.seq, "signature")
    for seq, mac, link in walk.along(entries(session, tenant_id), signed):
        if any((one.mac, one.link) != (mac, link) for one in signed[seq]) and not walk.findings:
            walk.found(seq, "checkpoint")
    _hold_end(session, walk, max(signed, default=0))
    return walk, len(every)


def _hold_end(session: Session, walk: Walk, signed: int) -> None:
    """Hold the newest entry against the head and the newest checkpoint."""
    own = AuditHead.tenant_id == walk.tenant_id
    head = session.execute(select(AuditHead.seq, AuditHead.mac).where(own)).one_or_none()
    seq = head.seq if head else 0
    known = max(seq, signed)
    if known > walk.seq:
        walk.found(walk.seq + 1, "cut", f"{walk.seq + 1} to {known}")
    if seq < walk.seq or (head and seq == walk.seq and head.mac != walk.mac):
        walk.found(seq, "head")


def _chains(session: Session) -> set[UUID | None]:
    tables = (AuditEntry, AuditHead, AuditCheckpoint)
    return set(session.scalars(union(*(select(table.tenant_id) for table in tables))))
