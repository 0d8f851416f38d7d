"""Credit that comes in from outside."""

from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.ledger.accounts import outside, wallet
from aerostic.ledger.transfers import Transfer, transfer


def credit(
    session: Session,
    tenant_id: UUID,
    amount: int,
    currency: str,
    key: str,
    note: str = "",
    subject_id: UUID | None = None,
) -> UUID:
    """Put `amount` micro-credits into a tenant's wallet and return the transfer's id. The same key again changes nothing.

    Args:
        key: names the payment, such as the provider's id of it.
        note: for the statement; no personal data.
        subject_id: what brought it, such as a payment.

    Raises:
        InvalidTransferError: the amount is not from 1 to 10^15, or the currency is no ISO 4217 code.
        KeyReusedError: the key belongs to a payment of another amount or currency.
    """
    source, target = outside(session, tenant_id, currency), wallet(session, tenant_id, currency)
    wanted = Transfer(tenant_id, f"topup:{key}", "topup", source, target, amount, subject_id=subject_id, note=note)
    return transfer(session, wanted)
