"""A wallet as its owner reads it: what came and went, what is set aside, how the balance moved."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from itertools import groupby, islice
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

MOST_ENTRIES = 20_000
ENTRIES = text("""
    SELECT e.version, e.amount, e.balance_after, t.kind, t.note, t.created_at, t.hold_id, t.subject_id
    FROM ledger_account a
    JOIN ledger_entry e ON e.account_id = a.id
    JOIN ledger_transfer t ON t.id = e.transfer_id
    WHERE a.tenant_id = :tenant AND a.purpose = 'wallet' AND a.currency = :currency
        AND (CAST(:before AS bigint) IS NULL OR e.version < :before)
        AND (:kind = '' OR t.kind = :kind)
        AND (CAST(:since AS timestamptz) IS NULL OR t.created_at >= :since)
        AND (CAST(:until AS timestamptz) IS NULL OR t.created_at < :until)
    ORDER BY e.version DESC LIMIT :limit
""")
HOLDS = text("""
    SELECT id, key, amount, assigned, captured, released, created_at FROM ledger_hold
    WHERE tenant_id = :tenant AND captured + released < amount ORDER BY created_at DESC LIMIT :limit
""")
SUMS = text("""
    SELECT coalesce((SELECT balance FROM ledger_account
            WHERE tenant_id = :tenant AND purpose = 'held' AND currency = :currency), 0) AS held,
        coalesce((SELECT sum(h.captured) FROM ledger_hold h JOIN ledger_account a ON a.id = h.wallet_id
            WHERE h.tenant_id = :tenant AND a.currency = :currency AND h.created_at >= :since), 0)::bigint AS spent
""")
BALANCES = text("""
    SELECT DISTINCT ON (day) (t.created_at AT TIME ZONE :zone)::date AS day, e.balance_after
    FROM (SELECT e.transfer_id, e.version, e.balance_after FROM ledger_account a
            JOIN ledger_entry e ON e.account_id = a.id
            WHERE a.tenant_id = :tenant AND a.purpose = 'wallet' AND a.currency = :currency
            ORDER BY e.version DESC LIMIT :most) e
    JOIN ledger_transfer t ON t.id = e.transfer_id
    WHERE t.created_at >= :since ORDER BY day, e.version DESC
""")


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement of the wallet, in micro-credits; `version` is its place. `subject_id` is what it was for."""

    version: int
    amount: int
    balance_after: int
    kind: str
    note: str
    created_at: datetime
    hold_id: UUID | None
    subject_id: UUID | None


@dataclass(frozen=True, slots=True)
class Only:
    """Which movements: of a kind of transfer ('' for all), from a moment on, and before another."""

    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Movements of one kind for one hold that followed each other, as one line; `version` is that of the oldest.

    What belongs to no hold has a line for each of its subjects.
    """

    version: int
    amount: int
    balance_after: int
    kind: str
    note: str
    created_at: datetime
    hold_id: UUID | None
    subject_id: UUID | None
    count: int


@dataclass(frozen=True, slots=True)
class OpenHold:
    """An amount that is set aside, and what has become of its parts, in micro-credits."""

    id: UUID
    key: str
    amount: int
    assigned: int
    captured: int
    released: int
    created_at: datetime

    @property
    def left(self) -> int:
        """What is still set aside."""
        return self.amount - self.captured - self.released


@dataclass(frozen=True, slots=True)
class Sums:
    """What is set aside now, and what holds of a stretch of time have paid, in micro-credits."""

    held: int
    spent: int


ALL = Only()


def entries(
    session: Session, tenant_id: UUID, currency: str, *, limit: int, before: int | None = None, only: Only = ALL
) -> list[Entry]:
    """Movements of a wallet, the newest first.

    Args:
        before: go on behind this version.
    """
    values = {"tenant": tenant_id, "currency": currency, "before": before, "limit": limit, **asdict(only)}
    return [Entry(*row) for row in session.execute(ENTRIES, values)]


def all_entries(
    session: Session,
    tenant_id: UUID,
    currency: str,
    chunk: int = 2_000,
    before: int | None = None,
    only: Only = ALL,
) -> Iterator[Entry]:
    """Every movement, the newest first, read in chunks."""
    while found := entries(session, tenant_id, currency, limit=chunk, before=before, only=only):
        yield from found
        before = found[-1].version


def lines(
    session: Session, tenant_id: UUID, currency: str, *, limit: int, before: int | None = None, only: Only = ALL
) -> list[Line]:
    """A statement as people read it: what came back of one campaign in one go is one line, however many messages it was.

    Args and order as for `entries`. At most 20,000 movements are looked at, so that a line may go on in the next one.
    """
    found: list[Line] = []
    some = islice(all_entries(session, tenant_id, currency, before=before, only=only), MOST_ENTRIES)
    for _, group in groupby(some, key=_together):
        members = list(group)
        first, last = members[0], members[-1]
        found.append(
            Line(
                last.version,
                sum(entry.amount for entry in members),
                first.balance_after,
                first.kind,
                first.note,
                first.created_at,
                first.hold_id,
                first.subject_id,
                len(members),
            )
        )
        if len(found) == limit:
            break
    return found


def _together(entry: Entry) -> tuple[str, UUID | None, str]:
    return entry.kind, entry.hold_id or entry.subject_id, entry.note


def open_holds(session: Session, tenant_id: UUID, limit: int = 50) -> Sequence[OpenHold]:
    """What is set aside, the newest first."""
    return [OpenHold(*row) for row in session.execute(HOLDS, {"tenant": tenant_id, "limit": limit})]


def sums(session: Session, tenant_id: UUID, currency: str, since: datetime) -> Sums:
    """What is set aside, and what was spent by holds placed since a moment."""
    return Sums(*session.execute(SUMS, {"tenant": tenant_id, "currency": currency, "since": since}).one())


def balances(session: Session, tenant_id: UUID, currency: str, zone: str, since: datetime) -> dict[date, int]:
    """The balance at the end of each day that had a movement, of the newest 20,000."""
    values = {"tenant": tenant_id, "currency": currency, "zone": zone, "since": since, "most": MOST_ENTRIES}
    return {row.day: row.balance_after for row in session.execute(BALANCES, values)}
