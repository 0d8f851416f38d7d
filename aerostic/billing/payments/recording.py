"""Payments that came in by bank transfer: recorded by the platform's staff, each reference once."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from aerostic import audit
from aerostic.billing.payments.contract import PaymentError
from aerostic.billing.payments.limits import MICRO, check
from aerostic.billing.payments.models import MANUAL, Payment
from aerostic.billing.payments.posting import credit_payment, take_back
from aerostic.db import new_id, utcnow
from aerostic.registry import runtime
from aerostic.tenancy.models import Tenant
from aerostic.words import N_

TWICE = N_("A payment with this reference is recorded already. Check the bank statement; each transfer counts once.")
OWN = N_("You have recorded this yourself. Somebody else has to confirm it.")
OVER = N_("This payment is settled already. Load the page anew.")
NOT_PAID = N_("Only a payment that was received by bank transfer can be given back here.")
TOO_MUCH_BACK = N_("This is more than was paid and not given back yet. Enter less.")


def record(session: Session, tenant: Tenant, amount: int, reference: str, person_id: UUID) -> Payment:
    """Write down a bank transfer and credit the wallet; one of much waits until a second person has confirmed it.

    Args:
        amount: micro-credits, in the currency of the workspace.
        reference: what identifies it on the bank statement.

    Raises:
        PaymentError: it may not be paid so, or the reference is recorded already; nothing was posted.
    """
    check(tenant, amount, tenant.currency)
    row = {
        "id": new_id(),
        "tenant_id": tenant.id,
        "provider": MANUAL,
        "reference": reference,
        "amount": amount,
        "currency": tenant.currency,
        "started_by": person_id,
        "created_at": utcnow(),
    }
    wanted = insert(Payment).values(row).on_conflict_do_nothing(index_elements=["provider", "reference"])
    if session.scalar(wanted.returning(Payment.id)) is None:
        raise PaymentError(TWICE)
    payment = session.get_one(Payment, row["id"])
    if amount <= runtime().settings.credit_approval * MICRO:
        credit_payment(session, payment)
    _note(session, payment, "recorded", amount)
    return payment


def confirm(session: Session, tenant_id: UUID, payment_id: UUID, person_id: UUID) -> Payment:
    """Credit a bank transfer that somebody else has recorded. Confirming again changes nothing.

    Raises:
        LookupError: there is no such payment.
        PaymentError: the person has recorded it, or it was dropped before.
    """
    payment = locked(session, tenant_id, payment_id)
    if payment.started_by == person_id:
        raise PaymentError(OWN)
    if payment.state == "open":
        payment.confirmed_by = person_id
        credit_payment(session, payment)
        _note(session, payment, "confirmed", payment.amount)
    elif payment.state == "failed":
        raise PaymentError(OVER)
    return payment


def drop(session: Session, tenant_id: UUID, payment_id: UUID) -> Payment:
    """Give up a bank transfer that waits. Dropping again changes nothing.

    Raises:
        LookupError: there is no such payment.
        PaymentError: it was credited.
    """
    payment = locked(session, tenant_id, payment_id)
    if payment.state == "open":
        payment.state, payment.settled_at = "failed", utcnow()
        _note(session, payment, "dropped", payment.amount)
    elif payment.state != "failed":
        raise PaymentError(OVER)
    return payment


def give_back(session: Session, tenant_id: UUID, payment_id: UUID, amount: int) -> Payment:
    """Note that so many micro-credits of a bank transfer were sent back to the payer.

    Raises:
        LookupError: there is no such payment.
        PaymentError: it was not received, or not so much of it is left.
    """
    payment = locked(session, tenant_id, payment_id)
    if payment.state not in ("paid", "refunded"):
        raise PaymentError(NOT_PAID)
    if not 0 < amount <= payment.amount - payment.refunded:
        raise PaymentError(TOO_MUCH_BACK)
    take_back(session, payment, payment.refunded + amount)
    _note(session, payment, "given_back", amount)
    return payment


def _note(session: Session, payment: Payment, verb: str, amount: int) -> None:
    after = {"amount": amount, "currency": payment.currency}
    audit.record(session, audit.Act(payment.tenant_id, f"payment.{verb}", f"payment:{payment.id}", after=after))


def locked(session: Session, tenant_id: UUID, payment_id: UUID) -> Payment:
    """A bank transfer of a workspace, kept as it is until the transaction ends.

    Raises:
        LookupError: there is none.
    """
    own = Payment.id == payment_id, Payment.tenant_id == tenant_id, Payment.provider == MANUAL
    payment = session.scalar(select(Payment).where(*own).with_for_update())
    if payment is None:
        raise LookupError("no such payment")
    return payment
