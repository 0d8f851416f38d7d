"""From a payment to the ledger: into the wallet when it is paid, out of it when it is refunded."""

from sqlalchemy.orm import Session

from aerostic.billing.credited import announce_credit
from aerostic.billing.invoices.issuing import issue, issue_credit_note
from aerostic.billing.payments.models import Payment
from aerostic.db import Event, emit, utcnow
from aerostic.ledger import Transfer, credit, lock, outside, transfer, wallet


def credit_payment(session: Session, payment: Payment) -> None:
    """Put what was paid into the wallet; the ledger's key is the provider and its reference."""
    key = f"{payment.provider}:{payment.reference}"
    credit(session, payment.tenant_id, payment.amount, payment.currency, key, subject_id=payment.id)
    payment.state, payment.settled_at = "paid", utcnow()
    issue(session, payment)
    announce_credit(session, payment.tenant_id, payment.amount, payment.currency)
    _announce(session, payment, "payment.paid")


def take_back(session: Session, payment: Payment, total: int) -> None:
    """Take out of the wallet what the payer has got back, as far as it is there; what is held for messages stays.

    Args:
        total: micro-credits refunded so far; what was taken for less before is not taken again.
    """
    wanted = total - payment.refunded
    if wanted <= 0:
        return
    source = wallet(session, payment.tenant_id, payment.currency)
    taken = min(wanted, max(0, lock(session, [source])[source] or 0))
    if taken:
        target = outside(session, payment.tenant_id, payment.currency)
        key = f"repayment:{payment.id}:{total}"
        transfer(session, Transfer(payment.tenant_id, key, "repayment", source, target, taken, subject_id=payment.id))
    issue_credit_note(session, payment, wanted)
    payment.refunded, payment.taken_back = total, payment.taken_back + taken
    if total == payment.amount:
        payment.state = "refunded"
    _announce(session, payment, "payment.refunded")


def _announce(session: Session, payment: Payment, name: str) -> None:
    data = {
        "payment_id": str(payment.id),
        "provider": payment.provider,
        "amount": payment.amount,
        "currency": payment.currency,
        "refunded": payment.refunded,
        "shortfall": payment.shortfall,
    }
    emit(session, Event(name, payment.tenant_id, str(payment.id), data))
