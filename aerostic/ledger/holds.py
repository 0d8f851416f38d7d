"""Holds: credit set aside for charges to come. It leaves the wallet at once, so it cannot be spent twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from aerostic.db import new_id, utcnow
from aerostic.ledger.accounts import held, lock, wallet
from aerostic.ledger.errors import HoldExceededError, InvalidTransferError, KeyReusedError
from aerostic.ledger.transfers import Transfer, transfer

MAKE = text(
    "INSERT INTO ledger_hold (id, tenant_id, key, wallet_id, held_id, amount, expires_at, created_at)"
    " VALUES (:id, :tenant_id, :key, :wallet_id, :held_id, :amount, :expires_at, :created_at)"
    " ON CONFLICT (tenant_id, key) DO NOTHING RETURNING id"
)
FIND = text("SELECT id, wallet_id, amount FROM ledger_hold WHERE tenant_id = :tenant_id AND key = :key")
READ = text("SELECT id, tenant_id, wallet_id, held_id FROM ledger_hold WHERE id = :id")
STATE = text("SELECT amount, assigned, captured, released, closed_at FROM ledger_hold WHERE id = :id FOR NO KEY UPDATE")
ASSIGN = text(
    "UPDATE ledger_hold h SET assigned = h.assigned + :amount FROM ledger_account a"
    " WHERE h.id = :id AND h.tenant_id = :tenant_id AND a.id = h.wallet_id AND a.currency = :currency"
)
COUNT = text(
    "UPDATE ledger_hold h SET captured = h.captured + d.captured, released = h.released + d.released"
    " FROM unnest(CAST(:ids AS uuid[]), CAST(:captured AS bigint[]), CAST(:released AS bigint[]))"
    " AS d (id, captured, released) WHERE h.id = d.id"
)
EXPIRED = text(
    "SELECT tenant_id, id FROM ledger_hold WHERE expires_at < :now AND closed_at IS NULL AND assigned < amount"
    " ORDER BY expires_at LIMIT :limit"
)
EXPIRE = text(
    "UPDATE ledger_hold SET assigned = amount, released = released + :rest,"
    " closed_at = CASE WHEN captured + released + :rest = amount THEN :now END WHERE id = :id"
)
CLOSE = text("UPDATE ledger_hold SET assigned = amount, released = amount - captured, closed_at = :now WHERE id = :id")


@dataclass(frozen=True, slots=True)
class Counted:
    """What came out of a hold, in micro-credits: spent, and given back. Negative where a movement was undone."""

    captured: int = 0
    released: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(self.captured + other.captured, self.released + other.released)


@dataclass(frozen=True, slots=True)
class Closed:
    """What became of a hold, in micro-credits; `before` where it had been closed already."""

    captured: int
    released: int
    before: bool


def hold(
    session: Session, tenant_id: UUID, key: str, amount: int, currency: str, expires_at: datetime | None = None
) -> UUID:
    """Move `amount` micro-credits from the tenant's wallet to what is held, and return the hold's id.

    The same key, amount and currency again returns the same hold.

    Raises:
        InsufficientFundsError: the wallet has less.
        KeyReusedError: the key belongs to a hold of another amount or currency.
        InvalidTransferError: the amount is not from 1 to 10^15.
    """
    source, target = wallet(session, tenant_id, currency), held(session, tenant_id, currency)
    hold_id = new_id()
    moved = Transfer(tenant_id, f"hold:{key}", "hold", source, target, amount, hold_id=hold_id, subject_id=hold_id)
    values = {
        "id": hold_id,
        "tenant_id": tenant_id,
        "key": key,
        "wallet_id": source,
        "held_id": target,
        "amount": amount,
        "expires_at": expires_at,
        "created_at": utcnow(),
    }
    with session.begin_nested():
        if session.execute(MAKE, values).scalar() is not None:
            transfer(session, moved)
            return hold_id
    before = session.execute(FIND, {"tenant_id": tenant_id, "key": key}).one()
    if (before.amount, before.wallet_id) != (amount, source):
        raise KeyReusedError(key)
    return UUID(str(before.id))


def assign(session: Session, tenant_id: UUID, hold_id: UUID, amount: int, currency: str) -> None:
    """Let charges speak for `amount` more micro-credits of a hold.

    Raises:
        HoldExceededError: it has less that is not spoken for; nothing was assigned.
        InvalidTransferError: the tenant has no such hold in this currency.
    """
    values = {"id": hold_id, "tenant_id": tenant_id, "amount": amount, "currency": currency}
    try:
        with session.begin_nested():
            found = session.execute(ASSIGN, values)
    except IntegrityError as error:
        raise HoldExceededError from error
    if found.rowcount != 1:  # type: ignore[attr-defined]
        raise InvalidTransferError("The tenant has no such hold in this currency. Place one first.")


def count(session: Session, changes: Mapping[UUID, Counted]) -> None:
    """Add what a batch of transfers, posted in this transaction, took out of each hold.

    The batch has the accounts locked, so two batches of a tenant never meet here.

    Raises:
        sqlalchemy.exc.IntegrityError: more than was assigned would come out; the session has to roll back.
    """
    if changes:
        rows = sorted(changes.items())
        session.execute(
            COUNT,
            {
                "ids": [hold_id for hold_id, _ in rows],
                "captured": [change.captured for _, change in rows],
                "released": [change.released for _, change in rows],
            },
        )


def close(session: Session, hold_id: UUID) -> Closed | None:
    """Give back what no charge speaks for, once every charge is settled. Closing again changes nothing.

    Returns:
        What was spent and given back in all; None where charges are still open.

    Raises:
        InvalidTransferError: there is no such hold in this scope.
    """
    row, state = _locked(session, hold_id)
    if state.captured + state.released < state.assigned:
        return None
    if state.closed_at is None:
        _close(session, hold_id, row, state.amount - state.assigned)
    return Closed(state.captured, state.amount - state.captured, before=state.closed_at is not None)


def expired(session: Session, now: datetime, limit: int) -> list[tuple[UUID, UUID]]:
    """Holds whose time has passed with something left that no charge speaks for: tenant and id, the oldest first."""
    return [(row.tenant_id, row.id) for row in session.execute(EXPIRED, {"now": now, "limit": limit})]


def expire(session: Session, hold_id: UUID) -> int:
    """Give back what no charge speaks for, in micro-credits; no more charges can be opened on the hold.

    Those that are open keep their money until they are settled. Expiring again changes nothing.

    Raises:
        InvalidTransferError: there is no such hold in this scope.
    """
    row, state = _locked(session, hold_id)
    rest = int(state.amount - state.assigned)
    if rest:
        _give_back(session, hold_id, row, rest)
        session.execute(EXPIRE, {"id": hold_id, "rest": rest, "now": utcnow()})
    return rest


def _locked(session: Session, hold_id: UUID) -> tuple[Any, Any]:
    """A hold with its accounts, and where it stands; both kept so until the transaction ends."""
    row = session.execute(READ, {"id": hold_id}).one_or_none()
    if row is None:
        raise InvalidTransferError("There is no such hold.")
    # Accounts before holds, as everywhere.
    lock(session, [row.wallet_id, row.held_id])
    return row, session.execute(STATE, {"id": hold_id}).one()


def _close(session: Session, hold_id: UUID, hold_row: Any, rest: int) -> None:
    if rest:
        _give_back(session, hold_id, hold_row, rest)
    session.execute(CLOSE, {"id": hold_id, "now": utcnow()})


def _give_back(session: Session, hold_id: UUID, hold_row: Any, rest: int) -> None:
    source, target = hold_row.held_id, hold_row.wallet_id
    key = f"hold:{hold_id}:rest"
    back = Transfer(hold_row.tenant_id, key, "release", source, target, rest, hold_id=hold_id, subject_id=hold_id)
    transfer(session, back)
