"""Balances, read without making an account."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

# With the values `tenant_id` and `currency`; also for whom another statement costs too much.
WALLET_BALANCE = (
    "SELECT balance FROM ledger_account WHERE tenant_id = :tenant_id AND purpose = 'wallet' AND currency = :currency"
)
WALLET = text(WALLET_BALANCE)


def wallet_balance(session: Session, tenant_id: UUID, currency: str) -> int:
    """What a tenant can spend, in micro-credits; 0 where there is no wallet yet."""
    values = {"tenant_id": tenant_id, "currency": currency}
    return int(session.execute(WALLET, values).scalar() or 0)
