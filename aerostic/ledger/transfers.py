"""One transfer: both accounts locked in the order of their ids, the floor seen to, two entries, in a single statement.

Whoever repeats a key waits for the account locks, then finds the key taken and changes nothing. READ COMMITTED is enough:
what a lock returns is the row as the last one left it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from aerostic.db import new_id, utcnow
from aerostic.ledger.errors import AlreadyReversedError, InsufficientFundsError, InvalidTransferError, KeyReusedError

LARGEST = 10**15  # micro-credits; far from where the sum of an account would overflow 64 bits

POST = text("""
WITH locked AS MATERIALIZED (
    SELECT id, balance, floor, currency FROM ledger_account
    WHERE id IN (:source_id, :target_id) ORDER BY id FOR NO KEY UPDATE
), pair AS (
    SELECT s.currency = t.currency AS same, s.floor IS NULL OR s.balance - :amount >= s.floor AS enough
    FROM locked s, locked t WHERE s.id = :source_id AND t.id = :target_id
), inserted AS (
    INSERT INTO ledger_transfer (id, tenant_id, key, kind, source_id, target_id, amount, hold_id, reverses_id,
        subject_id, note, created_at)
    SELECT :id, CAST(:tenant_id AS uuid), :key, :kind, :source_id, :target_id, :amount, CAST(:hold_id AS uuid),
        CAST(:reverses_id AS uuid), CAST(:subject_id AS uuid), :note, :created_at
    FROM pair WHERE same AND enough
    ON CONFLICT (tenant_id, key) DO NOTHING RETURNING id
), moved AS (
    UPDATE ledger_account a
    SET balance = a.balance + CASE a.id WHEN :source_id THEN - :amount ELSE :amount END, version = a.version + 1
    FROM inserted WHERE a.id IN (:source_id, :target_id)
    RETURNING a.id, a.tenant_id, a.version, a.balance
), entries AS (
    INSERT INTO ledger_entry (account_id, version, tenant_id, transfer_id, amount, balance_after)
    SELECT id, version, tenant_id, :id, CASE id WHEN :source_id THEN - :amount ELSE :amount END, balance FROM moved
)
SELECT EXISTS (SELECT FROM inserted) AS posted, (SELECT same FROM pair) AS same, (SELECT enough FROM pair) AS enough
""")
FIND = text(
    "SELECT id, tenant_id, key, kind, source_id, target_id, amount, hold_id, reverses_id, subject_id"
    " FROM ledger_transfer WHERE tenant_id IS NOT DISTINCT FROM CAST(:tenant_id AS uuid) AND key = :key"
)
FIND_MANY = text(
    "SELECT key, id FROM ledger_transfer WHERE tenant_id = :tenant_id AND key = ANY (CAST(:keys AS text[]))"
)
GET = text("SELECT tenant_id, source_id, target_id, amount, hold_id, subject_id FROM ledger_transfer WHERE id = :id")
REVERSED_ONCE = "uq_ledger_transfer_reverses_id"


@dataclass(frozen=True, slots=True)
class Transfer:
    """A movement of money from one account to another of the same currency.

    Args:
        tenant_id: whose it is; None for the platform's.
        key: makes it happen once among the tenant's transfers.
        kind: what it is for, one word: `topup`, `hold`, `capture`, `release`, `refund`, `recapture`, `reversal`, and
            where resellers are, `sale`, `allocation`, `clawback`, `share`, `earning`; `repayment` of what a payer got back.
        source_id: account the money leaves.
        target_id: account it goes to.
        amount: micro-credits, more than 0.
        hold_id: the hold it belongs to.
        reverses_id: the transfer it undoes.
        subject_id: what it was for, such as a message.
        note: for people; no personal data.

    Raises:
        InvalidTransferError: the amount is no whole number from 1 to 10^15, or both accounts are the same.
    """

    tenant_id: UUID | None
    key: str
    kind: str
    source_id: UUID
    target_id: UUID
    amount: int
    hold_id: UUID | None = None
    reverses_id: UUID | None = None
    subject_id: UUID | None = None
    note: str = ""
    id: UUID = field(default_factory=new_id)

    def __post_init__(self) -> None:
        if type(self.amount) is not int or not 0 < self.amount <= LARGEST:
            raise InvalidTransferError(f"An amount is a whole number of micro-credits from 1 to {LARGEST}.")
        if self.source_id == self.target_id:
            raise InvalidTransferError("A transfer needs two different accounts.")

    def content(self) -> tuple[Any, ...]:
        """What has to be the same when the key is used again."""
        return content(self)


def content(row: Any) -> tuple[Any, ...]:
    """What makes two transfers the same, of a `Transfer` or a row of the table."""
    return (
        row.kind,
        row.source_id,
        row.target_id,
        row.amount,
        row.hold_id,
        row.reverses_id,
        row.subject_id,
    )


def transfer(session: Session, wanted: Transfer) -> UUID:
    """Post one transfer and return its id; if its key is already there with the same content, the id of that one.

    Raises:
        InsufficientFundsError: the source would fall below its floor.
        KeyReusedError: the key belongs to a transfer of other content.
        InvalidTransferError: an account is unknown in this scope, or their currencies differ.
        AlreadyReversedError: what it reverses was reversed before; the session has to roll back.
    """
    try:
        result = session.execute(POST, asdict(wanted) | {"created_at": utcnow()}).one()
    except IntegrityError as error:
        raise refusal(error) from error
    if result.posted:
        return wanted.id
    before = session.execute(FIND, {"tenant_id": wanted.tenant_id, "key": wanted.key}).one_or_none()
    if before is not None:
        if content(before) != wanted.content():
            raise KeyReusedError(wanted.key)
        return UUID(str(before.id))
    if not result.same:
        raise InvalidTransferError("A transfer needs two accounts of one currency that exist and may be seen here.")
    raise InsufficientFundsError


def find(session: Session, tenant_id: UUID, keys: Sequence[str]) -> dict[str, UUID]:
    """The ids of a tenant's transfers by key."""
    return {row.key: row.id for row in session.execute(FIND_MANY, {"tenant_id": tenant_id, "keys": list(keys)})}


def reverse(session: Session, transfer_id: UUID, key: str, note: str = "") -> UUID:
    """Move the money of a transfer back, and return the id of the reversal.

    Raises:
        InvalidTransferError: there is no such transfer in this scope.
        InsufficientFundsError: the money has gone on since.
        KeyReusedError: the key belongs to another transfer.
        AlreadyReversedError: it was reversed before; the session has to roll back.
    """
    row = session.execute(GET, {"id": transfer_id}).one_or_none()
    if row is None:
        raise InvalidTransferError("There is no such transfer. Look up its id in the statement.")
    back = Transfer(
        tenant_id=row.tenant_id,
        key=key,
        kind="reversal",
        source_id=row.target_id,
        target_id=row.source_id,
        amount=row.amount,
        hold_id=row.hold_id,
        reverses_id=transfer_id,
        subject_id=row.subject_id,
        note=note,
    )
    return transfer(session, back)


def refusal(error: IntegrityError) -> Exception:
    """The ledger's own error for a constraint that refused, or the error itself where it is none of ours."""
    name = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    if name == "ck_ledger_account_floor":
        return InsufficientFundsError()
    if name == REVERSED_ONCE:
        return AlreadyReversedError()
    return error
