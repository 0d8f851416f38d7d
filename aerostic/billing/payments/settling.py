"""What a provider says, held against the payment that was started: credited once, taken back as far as it is there."""

import structlog
from sqlalchemy.orm import Session

from aerostic.billing.payments.contract import Happened, PaymentEvent
from aerostic.billing.payments.models import Payment
from aerostic.billing.payments.posting import credit_payment, take_back
from aerostic.db import Event, emit, platform_scope, transaction, utcnow

log = structlog.get_logger(__name__)
WEBHOOKS = platform_scope("payment webhook")


def settle(provider: str, event: PaymentEvent) -> str:
    """Do what an event of a provider asks for, once. Money that came in counts whatever the payment's state.

    Returns:
        '' where that is done, or was before; else why it is not believed, as a code: `unknown` (no such payment of this
        provider), `reference`, `currency`, `amount` (not as it was started), or `unpaid` (a refund of what was not paid yet:
        the provider should say it again).
    """
    with transaction(WEBHOOKS) as session:
        payment = session.get(Payment, event.payment_id, with_for_update=True)
        if payment is None or payment.provider != provider:
            return "unknown"
        if problem := _problem(payment, event):
            _report(session, payment, problem)
            return problem
        match event.happened:
            case Happened.PAID:
                _paid(session, payment, event)
            case Happened.REFUNDED:
                take_back(session, payment, event.amount)
            case _ if payment.state == "open":
                payment.state, payment.settled_at = event.happened.value, utcnow()
        return ""


def _paid(session: Session, payment: Payment, event: PaymentEvent) -> None:
    if payment.state not in ("paid", "refunded"):
        payment.reference = payment.reference or event.reference
        credit_payment(session, payment)


def _problem(payment: Payment, event: PaymentEvent) -> str:
    if payment.reference and event.reference and payment.reference != event.reference:
        return "reference"
    if event.happened is Happened.PAID and not (payment.reference or event.reference):
        return "reference"
    if event.currency != payment.currency:
        return "currency"
    if event.happened is Happened.PAID and event.amount != payment.amount:
        return "amount"
    if event.happened is Happened.REFUNDED and not 0 < event.amount <= payment.amount:
        return "amount"
    if event.happened is Happened.REFUNDED and payment.state not in ("paid", "refunded"):
        return "unpaid"
    return ""


def _report(session: Session, payment: Payment, problem: str) -> None:
    """Keep what was not believed where the platform's staff see it."""
    log.error("payment not believed", payment=str(payment.id), provider=payment.provider, problem=problem)
    if problem != "unpaid" and payment.problem != problem:
        payment.problem = problem
        data = {"payment_id": str(payment.id), "problem": problem}
        emit(session, Event("payment.refused", payment.tenant_id, str(payment.id), data))
