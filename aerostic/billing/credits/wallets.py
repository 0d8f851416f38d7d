"""Wallets of resellers: what is in them, how far below zero they may go, and what workspaces have of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import BigInteger, ScalarSelect, case, cast, func, select
from sqlalchemy.orm import Session

from aerostic.billing.credits.models import CreditRequest
from aerostic.ledger import reseller_wallet, set_floor
from aerostic.ledger.models import LedgerAccount
from aerostic.tenancy.models import Tenant


@dataclass(frozen=True, slots=True)
class ResellerWallet:
    """A wallet of a reseller, in micro-credits. `limit` is how far below zero it may go."""

    id: UUID
    currency: str
    balance: int
    limit: int

    @property
    def available(self) -> int:
        """What can be handed on."""
        return self.balance + self.limit


def wallets(session: Session, reseller_id: UUID) -> Sequence[ResellerWallet]:
    """The wallets of a reseller, by currency; those that nothing was ever in, too, once they were asked for."""
    own = select(LedgerAccount).where(LedgerAccount.reseller_id == reseller_id, LedgerAccount.purpose == "wallet")
    rows = session.scalars(own.order_by(LedgerAccount.currency))
    return [ResellerWallet(row.id, row.currency, row.balance, -(row.floor or 0)) for row in rows]


def available(session: Session, reseller_id: UUID, currency: str) -> int:
    """What a reseller can hand on, in micro-credits."""
    return next((one.available for one in wallets(session, reseller_id) if one.currency == currency), 0)


def currencies(session: Session, reseller_id: UUID) -> list[str]:
    """The currencies that a reseller can have use for: those of its wallets and of its workspaces, else USD."""
    own = select(Tenant.currency).where(Tenant.reseller_id == reseller_id).distinct()
    found = {*session.scalars(own), *(one.currency for one in wallets(session, reseller_id))}
    return sorted(found) or ["USD"]


def set_limit(session: Session, reseller_id: UUID, currency: str, limit: int) -> None:
    """Let a reseller's wallet go `limit` micro-credits below zero.

    Raises:
        InsufficientFundsError: it is further below already; nothing was changed.
    """
    set_floor(session, reseller_wallet(session, reseller_id, currency), -limit)


def given() -> ScalarSelect[int]:
    """For a query of tenants: what each was given by its reseller less what was taken back, in micro-credits."""
    amount = case((CreditRequest.kind == "clawback", -CreditRequest.amount), else_=CreditRequest.amount)
    done = CreditRequest.tenant_id == Tenant.id, CreditRequest.state == "approved"
    total = cast(func.coalesce(func.sum(amount), 0), BigInteger)
    return select(total).where(*done, CreditRequest.reseller_id.is_not(None)).correlate(Tenant).scalar_subquery()


def left(purpose: str) -> ScalarSelect[int]:
    """For a query of tenants: the balance of each's account in its currency, in micro-credits.

    Args:
        purpose: `wallet`, for what is free, or `held`.
    """
    own = LedgerAccount.tenant_id == Tenant.id, LedgerAccount.currency == Tenant.currency
    total = cast(func.coalesce(func.sum(LedgerAccount.balance), 0), BigInteger)
    return select(total).where(*own, LedgerAccount.purpose == purpose).correlate(Tenant).scalar_subquery()
