"""Accounts: found by owner, purpose and currency, made when first asked for."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from aerostic.db import new_id, utcnow
from aerostic.ledger.errors import InsufficientFundsError, InvalidTransferError

FIND = text(
    "SELECT id FROM ledger_account WHERE tenant_id IS NOT DISTINCT FROM CAST(:tenant_id AS uuid)"
    " AND reseller_id IS NOT DISTINCT FROM CAST(:reseller_id AS uuid) AND purpose = :purpose AND currency = :currency"
)
MAKE = text(
    "INSERT INTO ledger_account (id, tenant_id, reseller_id, purpose, currency, floor, created_at)"
    " VALUES (:id, :tenant_id, :reseller_id, :purpose, :currency, :floor, :created_at)"
    " ON CONFLICT (tenant_id, reseller_id, purpose, currency) DO NOTHING"
)
LOCK = text(
    "SELECT id, balance - floor AS available FROM ledger_account WHERE id = ANY (CAST(:ids AS uuid[]))"
    " ORDER BY id FOR NO KEY UPDATE"
)
FLOOR = text("UPDATE ledger_account SET floor = :floor WHERE id = :id")


def account(
    session: Session,
    *,
    tenant_id: UUID | None = None,
    reseller_id: UUID | None = None,
    purpose: str,
    currency: str,
    floor: int | None = 0,
) -> UUID:
    """The id of an account, made if there is none yet. Two who ask at once get the same one.

    Args:
        tenant_id: owner; with no tenant and no reseller, the platform.
        reseller_id: owner.
        purpose: `wallet`, `held`, `revenue`, `margin`, `cost`, `bonus` or `outside`.
        currency: ISO 4217 code.
        floor: the least its balance may be, in micro-credits; None for no limit. An account that exists keeps its own.

    Raises:
        InvalidTransferError: the currency is no ISO 4217 code.
    """
    if not (len(currency) == 3 and currency.isascii() and currency.isupper()):
        raise InvalidTransferError(f"{currency!r} is no currency: use three capital letters of ISO 4217, such as USD.")
    owner = {"tenant_id": tenant_id, "reseller_id": reseller_id, "purpose": purpose, "currency": currency}
    found: UUID | None = session.execute(FIND, owner).scalar()
    if found is None:
        session.execute(MAKE, owner | {"id": new_id(), "floor": floor, "created_at": utcnow()})
        found = session.execute(FIND, owner).scalar_one()
    return found


def wallet(session: Session, tenant_id: UUID, currency: str) -> UUID:
    """The account a tenant pays from."""
    return account(session, tenant_id=tenant_id, purpose="wallet", currency=currency)


def held(session: Session, tenant_id: UUID, currency: str) -> UUID:
    """The account of what a tenant has set aside for charges to come."""
    return account(session, tenant_id=tenant_id, purpose="held", currency=currency)


def revenue(session: Session, tenant_id: UUID, currency: str) -> UUID:
    """The account of what was earned from a tenant: one each, so that tenants never wait for each other."""
    return account(session, tenant_id=tenant_id, purpose="revenue", currency=currency)


def margin(session: Session, tenant_id: UUID, reseller_id: UUID, currency: str) -> UUID:
    """The account of what a reseller earned from a tenant: one each, too.

    It has no floor: what the reseller has taken out may have to go back when a message turns out to have failed.
    """
    return account(
        session, tenant_id=tenant_id, reseller_id=reseller_id, purpose="margin", currency=currency, floor=None
    )


def outside(session: Session, tenant_id: UUID, currency: str) -> UUID:
    """The account that stands for where a tenant's money comes from."""
    return account(session, tenant_id=tenant_id, purpose="outside", currency=currency, floor=None)


def reseller_wallet(session: Session, reseller_id: UUID, currency: str) -> UUID:
    """The account of the credits that a reseller has bought and not yet handed on."""
    return account(session, reseller_id=reseller_id, purpose="wallet", currency=currency)


def issue(session: Session, currency: str) -> UUID:
    """The platform's account that credits are sold from: what is below zero there has been sold."""
    return account(session, purpose="outside", currency=currency, floor=None)


def set_floor(session: Session, account_id: UUID, floor: int) -> None:
    """Let an account fall to `floor` micro-credits and no further.

    Raises:
        InsufficientFundsError: its balance is below that already; nothing was changed.
    """
    try:
        with session.begin_nested():
            session.execute(FLOOR, {"id": account_id, "floor": floor})
    except IntegrityError as error:
        raise InsufficientFundsError from error


def lock(session: Session, ids: Iterable[UUID]) -> dict[UUID, int | None]:
    """Keep accounts as they are until the transaction ends; returns what may leave each, None where there is no limit."""
    return {row.id: row.available for row in session.execute(LOCK, {"ids": list(ids)})}
