"""From an act to the ledger: between which accounts its credits move."""

from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.billing.credited import announce_credit
from aerostic.billing.credits.models import CreditRequest
from aerostic.ledger import (
    InsufficientFundsError,
    Transfer,
    issue,
    lock,
    outside,
    reseller_wallet,
    transfer,
    wallet,
)


def post(session: Session, request: CreditRequest) -> None:
    """Move the credits of an act. What is held for messages is in another account, so it stays.

    Raises:
        InsufficientFundsError: who gives has less.
    """
    source, target = _ends(session, request)
    moved = Transfer(
        tenant_id=request.tenant_id,
        key=f"credit:{request.id}",
        kind=request.kind,
        source_id=source,
        target_id=target,
        amount=request.amount,
        subject_id=request.id,
        note=request.note,
    )
    transfer(session, moved)
    if request.tenant_id and request.kind != "clawback":
        announce_credit(session, request.tenant_id, request.amount, request.currency)


def check_funds(session: Session, request: CreditRequest) -> None:
    """Whether an act that waits could be done now. Nothing is set aside for it.

    Raises:
        InsufficientFundsError: who gives has less.
    """
    source, _ = _ends(session, request)
    available = lock(session, [source])[source]
    if available is not None and available < request.amount:
        raise InsufficientFundsError


def _ends(session: Session, request: CreditRequest) -> tuple[UUID, UUID]:
    """Where the credits come from, and where they go."""
    currency = request.currency
    match request.reseller_id, request.tenant_id:
        case UUID() as reseller_id, None:
            return issue(session, currency), reseller_wallet(session, reseller_id, currency)
        case None, UUID() as tenant_id:
            return outside(session, tenant_id, currency), wallet(session, tenant_id, currency)
        case UUID() as reseller_id, UUID() as tenant_id:
            theirs, own = reseller_wallet(session, reseller_id, currency), wallet(session, tenant_id, currency)
            return (own, theirs) if request.kind == "clawback" else (theirs, own)
    raise ValueError("an act is about a reseller, a workspace, or both")
