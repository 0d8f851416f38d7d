"""Saying that a wallet got credit, so that what waits for it can go on."""

from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.db import Event, emit
from aerostic.ledger import wallet


def announce_credit(session: Session, tenant_id: UUID, amount: int, currency: str) -> None:
    """Announce that `amount` micro-credits were put into a workspace's wallet."""
    account_id = str(wallet(session, tenant_id, currency))
    data = {"account_id": account_id, "amount": amount, "currency": currency}
    emit(session, Event("wallet.credited", tenant_id, account_id, data))
