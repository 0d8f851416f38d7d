"""The figures of a finished demo, from our database, and whether they agree with each other and with the emulator."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.cli.demo.emulator import Record
from aerostic.db import platform_scope, tenant_scope, transaction
from aerostic.ledger import verify
from aerostic.ledger.balances import wallet_balance
from aerostic.messaging.outbound.batches import Progress, progress

STATUSES = text("SELECT id, state, status, error_code FROM message WHERE batch_id = :batch")
CHARGES = text(
    "SELECT c.state, count(*) AS number, CAST(sum(c.amount) AS bigint) AS amount FROM charge c JOIN message m ON m.id = c.id"
    " WHERE m.batch_id = :batch GROUP BY 1"
)
HOLD = text("SELECT h.amount FROM ledger_hold h JOIN batch b ON b.hold_id = h.id WHERE b.id = :batch")
REASONS = text("SELECT error_code, min(error) FROM message WHERE batch_id = :batch AND status = 'failed' GROUP BY 1")
SPAN = text(
    "SELECT coalesce(EXTRACT(EPOCH FROM max(accepted_at) - min(sending_at)), 0) FROM message WHERE batch_id = :batch"
)


@dataclass(frozen=True, slots=True)
class Money:
    """Micro-credits: what the hold took from the wallet, and how much of it is where now."""

    before: int
    after: int
    held: int
    captured: int
    refunded: int
    released: int
    open: int


@dataclass(frozen=True, slots=True)
class Figures:
    """How a demo ended. `reasons` tells what an error code means, `checks` of each comparison whether it holds."""

    planned: int
    counts: Progress
    money: Money
    refunds: int
    seconds: float
    record: Record
    reasons: dict[int, str] = field(default_factory=dict)
    checks: dict[str, bool] = field(default_factory=dict)

    @property
    def delivered(self) -> int:
        """Messages that arrived, read ones among them."""
        return self.counts.delivered + self.counts.read

    @property
    def silent(self) -> int:
        """Accepted messages of which the provider never said more than that they were sent."""
        return self.counts.accepted - self.delivered - sum(self.counts.failures.values())

    @property
    def per_second(self) -> float:
        """Messages accepted a second, from the first POST to the last answer."""
        return self.counts.accepted / self.seconds if self.seconds else 0.0

    @property
    def reconciled(self) -> bool:
        """Whether every comparison holds."""
        return all(self.checks.values())


def charges(session: Session, batch_id: UUID) -> dict[str, tuple[int, int]]:
    """Number and sum of the batch's charges by state."""
    rows = session.execute(CHARGES, {"batch": batch_id})
    return {row.state: (row.number, row.amount) for row in rows}


def collect(tenant_id: UUID, batch_id: UUID, planned: int, cost: int, before: int, record: Record) -> Figures:
    """Read everything at the end, and compare.

    Args:
        planned: how many recipients the pre-flight promised; cost: and for how much.
        before: the wallet's balance before the launch.
    """
    with transaction(tenant_scope(tenant_id)) as session:
        at = {"batch": batch_id}
        settled = charges(session, batch_id)
        money = Money(
            before=before,
            after=wallet_balance(session, tenant_id, "USD"),
            held=session.scalar(HOLD, at) or 0,
            captured=settled.get("captured", (0, 0))[1],
            refunded=settled.get("refunded", (0, 0))[1],
            released=settled.get("released", (0, 0))[1],
            open=settled.get("held", (0, 0))[1],
        )
        figures = Figures(
            planned,
            progress(session, batch_id),
            money,
            settled.get("refunded", (0, 0))[0],
            float(session.scalar(SPAN, at) or 0),
            record,
            {row.error_code: row.min for row in session.execute(REASONS, at)},
        )
        ours = {row.id.hex: _status(row) for row in session.execute(STATUSES, at)}
    figures.checks.update(_checks(figures, cost, ours))
    with transaction(platform_scope("the demo proves its books")) as session:
        figures.checks["the ledger's books balance"] = verify(session).balanced
    return figures


def _status(row: Any) -> str:
    """A message's status in the emulator's words."""
    return f"failed:{row.error_code}" if row.status == "failed" else str(row.status or row.state)


def _checks(figures: Figures, cost: int, ours: dict[str, str]) -> dict[str, bool]:
    counts, money, record = figures.counts, figures.money, figures.record
    return {
        "everybody the pre-flight promised has one message": figures.planned == counts.total == len(ours),
        "every message has an end, none is waiting or in doubt": not (
            counts.planned or counts.sending or counts.unknown
        ),
        "the emulator took as many as we say it accepted": counts.accepted == record.accepted,
        "nobody got it twice": record.duplicates == 0 and record.unique_recipients == record.accepted,
        "each message's status is the emulator's": ours == record.by_message,
        "statuses add up": Counter(ours.values()).total() == figures.delivered + counts.failed + figures.silent,
        "the hold was the cost that pre-flight told": money.held == cost,
        "held = captured + refunded + released + open": (
            money.held == money.captured + money.refunded + money.released + money.open
        ),
        "every failure was refunded": figures.refunds == counts.failed,
        "the wallet lost what was captured and what is open": money.before - money.after == money.captured + money.open,
    }
