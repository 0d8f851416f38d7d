"""Where the money of one subject went, movement by movement, and what is in holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

OF_SUBJECT = text("""
    SELECT t.id, t.kind, s.purpose AS source, g.purpose AS target, t.amount, t.created_at AS at, t.hold_id, t.reverses_id,
        x.version AS source_version, y.version AS target_version
    FROM ledger_transfer t
    JOIN ledger_account s ON s.id = t.source_id JOIN ledger_account g ON g.id = t.target_id
    JOIN ledger_entry x ON x.transfer_id = t.id AND x.account_id = t.source_id
    JOIN ledger_entry y ON y.transfer_id = t.id AND y.account_id = t.target_id
    WHERE t.tenant_id = :tenant AND t.subject_id = :subject ORDER BY t.id
""")
HOLDS = text("""
    SELECT h.id, a.currency, h.amount, h.captured, h.released, h.created_at AS at, h.closed_at
    FROM ledger_hold h JOIN ledger_account a ON a.id = h.wallet_id
    WHERE h.tenant_id = :tenant AND h.id = ANY (CAST(:ids AS uuid[])) ORDER BY h.id
""")


@dataclass(frozen=True, slots=True)
class Movement:
    """One transfer with its two entries: by which account of the owner it left and came in, and at which of their places.

    `source` and `target` are purposes of accounts; `amount` is in micro-credits.
    """

    id: UUID
    kind: str
    source: str
    target: str
    amount: int
    at: datetime
    hold_id: UUID | None
    reverses_id: UUID | None
    source_version: int
    target_version: int


@dataclass(frozen=True, slots=True)
class HoldState:
    """A hold and what came out of it, in micro-credits."""

    id: UUID
    currency: str
    amount: int
    captured: int
    released: int
    at: datetime
    closed_at: datetime | None

    @property
    def left(self) -> int:
        """What is still set aside."""
        return self.amount - self.captured - self.released


def movements(session: Session, tenant_id: UUID, subject_id: UUID) -> list[Movement]:
    """What moved for a subject, in order."""
    rows = session.execute(OF_SUBJECT, {"tenant": tenant_id, "subject": subject_id})
    return [Movement(*row) for row in rows]


def holds(session: Session, tenant_id: UUID, ids: Sequence[UUID]) -> list[HoldState]:
    """These holds of a tenant, the oldest first; unknown ones are left out."""
    return [HoldState(*row) for row in session.execute(HOLDS, {"tenant": tenant_id, "ids": list(ids)})]
