"""The money of a batch, such as a campaign: what was set aside, paid and given back, and whether charges and ledger agree."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.ledger.trail import HoldState, holds
from aerostic.messaging.models import Batch

CHUNK = 1_000
MOVED = "SELECT t.* FROM message m JOIN ledger_transfer t ON t.tenant_id = m.tenant_id AND t.subject_id = m.id"
OF_BATCH = "WHERE m.tenant_id = :tenant AND m.batch_id = :batch"
HOLDS = text(f"""
    SELECT DISTINCT t.hold_id FROM ({MOVED} {OF_BATCH}) t WHERE t.hold_id IS NOT NULL
    UNION SELECT DISTINCT c.hold_id FROM message m JOIN charge c ON c.id = m.id {OF_BATCH} AND c.hold_id IS NOT NULL
""")
FLOWS = text(f"""
    SELECT t.kind, s.purpose AS source, g.purpose AS target, count(*) AS count, CAST(sum(t.amount) AS bigint) AS amount,
        min(t.created_at) AS first, max(t.created_at) AS last
    FROM ({MOVED} {OF_BATCH} UNION ALL
        SELECT t.* FROM ledger_transfer t WHERE t.tenant_id = :tenant AND t.subject_id = ANY (CAST(:holds AS uuid[]))) t
    JOIN ledger_account s ON s.id = t.source_id JOIN ledger_account g ON g.id = t.target_id
    GROUP BY 1, 2, 3 ORDER BY min(t.created_at), 1, 2, 3
""")
CHARGES = text(f"""
    SELECT c.state, c.currency, c.category, c.market, c.amount AS price, c.source, count(*) AS count,
        CAST(sum(c.amount) AS bigint) AS amount
    FROM message m JOIN charge c ON c.id = m.id {OF_BATCH} GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 3, 4, 1, 5
""")
LINES = text(f"""
    SELECT m.id, m.state, m.status, coalesce(m.error_code, 0) AS code, c.amount, c.currency, c.category, c.market, c.source,
        c.state AS charge, c.reason, m.accepted_at, m.delivered_at, m.failed_at, (
            SELECT coalesce(json_agg(json_build_array(t.id, t.kind, t.amount, t.created_at) ORDER BY t.id), '[]')
            FROM ledger_transfer t WHERE t.tenant_id = m.tenant_id AND t.subject_id = m.id) AS movements
    FROM message m LEFT JOIN charge c ON c.id = m.id {OF_BATCH} ORDER BY m.id
""")
PLACES = {"held": "held", "captured": "revenue", "refunded": "wallet", "released": "wallet"}


@dataclass(frozen=True, slots=True)
class Flow:
    """All movements of one kind from one account to another, in micro-credits; accounts by their purpose."""

    kind: str
    source: str
    target: str
    count: int
    amount: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class BatchProof:
    """Everything that says what a batch cost, in micro-credits.

    Args:
        charges: rows of state, price, category, market, source of the price, count and sum.
        problems: what does not add up; nothing, in sound books.
    """

    batch: Batch
    holds: list[HoldState]
    flows: list[Flow]
    charges: list[Any]
    problems: list[str]

    @property
    def currency(self) -> str:
        """Of all of it; '' where it was free."""
        return self.holds[0].currency if self.holds else ""

    def at(self, purpose: str) -> int:
        """How much more came to accounts of a purpose than left them."""
        return sum(flow.amount * ((flow.target == purpose) - (flow.source == purpose)) for flow in self.flows)

    @property
    def set_aside(self) -> int:
        """All that was taken from the wallet for it."""
        return sum(flow.amount for flow in self.flows if flow.kind == "hold")

    @property
    def given_back(self) -> int:
        """All that came back to the wallet."""
        return self.at("wallet") + self.set_aside


def prove_batch(session: Session, tenant_id: UUID, batch_id: UUID) -> BatchProof | None:
    """The proof of a batch; None where the tenant has no such batch."""
    batch = session.get(Batch, batch_id)
    if batch is None or batch.tenant_id != tenant_id:
        return None
    values: dict[str, Any] = {"tenant": tenant_id, "batch": batch_id}
    used = set(session.scalars(HOLDS, values)) | ({batch.hold_id} if batch.hold_id else set())
    kept = holds(session, tenant_id, list(used))
    flows = [Flow(*row) for row in session.execute(FLOWS, values | {"holds": list(used)})]
    charges = list(session.execute(CHARGES, values))
    proof = BatchProof(batch, kept, flows, charges, [])
    proof.problems.extend(_problems(proof))
    return proof


def charge_lines(session: Session, tenant_id: UUID, batch_id: UUID) -> Iterator[Any]:
    """Each message of a batch with its price, its fate and the movements of its money, by id; read as they are used."""
    values = {"tenant": tenant_id, "batch": batch_id}
    yield from session.execute(LINES, values, execution_options={"yield_per": CHUNK})


def _problems(proof: BatchProof) -> Iterator[str]:
    left = sum(hold.left for hold in proof.holds)
    if proof.at("held") != left:
        yield f"the holds have {left} left, the movements {proof.at('held')}"
    captured = sum(hold.captured for hold in proof.holds)
    if proof.at("revenue") != captured:
        yield f"the holds say {captured} were paid, the movements {proof.at('revenue')}"
    paid = sum(row.amount for row in proof.charges if row.state == "captured")
    if paid != captured:
        yield f"the charges say {paid} were paid, the holds {captured}"
    open_charges = sum(row.amount for row in proof.charges if row.state == "held")
    if open_charges > left:
        yield f"{open_charges} are still to be charged, and the holds have {left} left"
