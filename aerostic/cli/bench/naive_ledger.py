"""The reference of `bench ledger`, frozen: what one would write first, on the same tables with the same guarantees.

Both accounts are selected for update, one statement does one thing, and each transfer or event has a transaction of its own.
"""

from collections.abc import Mapping
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, func, insert, select, update
from sqlalchemy.orm import Session

from aerostic.billing import Settlement
from aerostic.billing.models import Charge
from aerostic.db import Event, emit, utcnow
from aerostic.ledger import InsufficientFundsError, InvalidTransferError, KeyReusedError, Transfer
from aerostic.ledger.models import LedgerAccount, LedgerEntry, LedgerHold, LedgerTransfer

ACCOUNT, ENTRY, HOLD, TRANSFER, CHARGE = (
    cast(Table, model.__table__) for model in (LedgerAccount, LedgerEntry, LedgerHold, LedgerTransfer, Charge)
)
CAPTURED, REFUNDED, RELEASED = (one.value for one in (Settlement.CAPTURE, Settlement.REFUND, Settlement.RELEASE))
# From where the money is and where it belongs: kind, source, target, what the hold counts as captured and released, undoes.
MOVES = {
    ("held", CAPTURED): ("capture", "held", "revenue", 1, 0, False),
    ("held", REFUNDED): ("refund", "held", "wallet", 0, 1, False),
    ("held", RELEASED): ("release", "held", "wallet", 0, 1, False),
    (CAPTURED, REFUNDED): ("refund", "revenue", "wallet", -1, 1, True),
    (REFUNDED, CAPTURED): ("recapture", "wallet", "revenue", 1, -1, True),
    (RELEASED, CAPTURED): ("recapture", "wallet", "revenue", 1, -1, True),
}


def transfer(session: Session, wanted: Transfer) -> UUID:
    """Post one transfer and return its id; the errors are those of `aerostic.ledger.transfer`."""
    ids = (wanted.source_id, wanted.target_id)
    rows = session.execute(select(ACCOUNT).where(ACCOUNT.c.id.in_(ids)).order_by(ACCOUNT.c.id).with_for_update())
    accounts = {row.id: row for row in rows}
    own = (TRANSFER.c.tenant_id == wanted.tenant_id, TRANSFER.c.key == wanted.key)
    before = session.execute(select(TRANSFER).where(*own)).one_or_none()
    if before is not None:
        if _content(before) != _content(wanted):
            raise KeyReusedError(wanted.key)
        return UUID(str(before.id))
    source, target = accounts.get(wanted.source_id), accounts.get(wanted.target_id)
    if source is None or target is None or source.currency != target.currency:
        raise InvalidTransferError("A transfer needs two accounts of one currency that exist and may be seen here.")
    if source.floor is not None and source.balance - wanted.amount < source.floor:
        raise InsufficientFundsError
    session.execute(insert(TRANSFER), _row(wanted))
    entries = [_moved(session, wanted, source, -wanted.amount), _moved(session, wanted, target, wanted.amount)]
    session.execute(insert(ENTRY).values(entries))
    return wanted.id


def settle(session: Session, tenant_id: UUID, accounts: Mapping[str, UUID], charge_id: UUID, state: str) -> None:
    """Move the money of one charge to where `state` says, and tell of it.

    Args:
        accounts: the tenant's, by purpose.
    """
    charge = session.execute(select(CHARGE).where(CHARGE.c.id == charge_id).with_for_update()).one()
    move = MOVES.get((charge.state, state))
    if move is None:
        return
    kind, source, target, captured, released, undoes = move
    undone = _transfer_id(session, tenant_id, f"charge:{charge_id}:{charge.seq}") if undoes else None
    wanted = Transfer(
        tenant_id,
        f"charge:{charge_id}:{charge.seq + 1}",
        kind,
        accounts[source],
        accounts[target],
        charge.amount,
        hold_id=charge.hold_id,
        reverses_id=undone,
        subject_id=charge_id,
    )
    transfer(session, wanted)
    counted = {
        "captured": HOLD.c.captured + captured * charge.amount,
        "released": HOLD.c.released + released * charge.amount,
    }
    session.execute(update(HOLD).where(HOLD.c.id == charge.hold_id).values(counted))
    changed = {"state": state, "seq": charge.seq + 1, "updated_at": utcnow()}
    session.execute(update(CHARGE).where(CHARGE.c.id == charge_id).values(changed))
    emit(session, Event("charges.settled", tenant_id, str(tenant_id), {state: 1, f"{state}_amount": charge.amount}))


def verify(session: Session) -> bool:
    """Read every entry in order and recompute its version and balance, then those of the accounts; whether all agree."""
    running: dict[UUID, tuple[int, int]] = {}
    sums: dict[UUID, int] = {}
    query = select(ENTRY).order_by(ENTRY.c.account_id, ENTRY.c.version).execution_options(yield_per=10_000)
    for row in session.execute(query):
        version, balance = running.get(row.account_id, (0, 0))
        if (row.version, row.balance_after) != (version + 1, balance + row.amount):
            return False
        running[row.account_id] = row.version, row.balance_after
        sums[row.transfer_id] = sums.get(row.transfer_id, 0) + row.amount
    accounts = session.execute(select(ACCOUNT)).all()
    transfers = session.scalar(select(func.count()).select_from(TRANSFER))
    kept = all(running.get(row.id, (0, 0)) == (row.version, row.balance) for row in accounts)
    return kept and not any(sums.values()) and len(sums) == transfers


def _transfer_id(session: Session, tenant_id: UUID, key: str) -> UUID:
    found = session.execute(select(TRANSFER.c.id).where(TRANSFER.c.tenant_id == tenant_id, TRANSFER.c.key == key))
    return UUID(str(found.scalar_one()))


def _row(wanted: Transfer) -> dict[str, Any]:
    names = (column.name for column in TRANSFER.c if column.name != "created_at")
    return {name: getattr(wanted, name) for name in names} | {"created_at": utcnow()}


def _moved(session: Session, wanted: Transfer, account: Any, amount: int) -> dict[str, Any]:
    """Change one account, and return its entry."""
    balance, version = account.balance + amount, account.version + 1
    session.execute(update(ACCOUNT).where(ACCOUNT.c.id == account.id).values(balance=balance, version=version))
    return {
        "account_id": account.id,
        "version": version,
        "tenant_id": account.tenant_id,
        "transfer_id": wanted.id,
        "amount": amount,
        "balance_after": balance,
    }


def _content(row: Any) -> tuple[Any, ...]:
    return row.kind, row.source_id, row.target_id, row.amount, row.hold_id, row.reverses_id, row.subject_id
