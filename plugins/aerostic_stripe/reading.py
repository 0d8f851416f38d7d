"""Stripe's events as ours (docs: payments/checkout/fulfillment, api/events/types). What is none of our payments is left out."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from aerostic.sdk import Happened, PaymentEvent

from .units import from_stripe

OURS = "aerostic_payment"
SESSIONS = {
    "checkout.session.completed": Happened.PAID,
    "checkout.session.async_payment_succeeded": Happened.PAID,
    "checkout.session.async_payment_failed": Happened.FAILED,
    "checkout.session.expired": Happened.EXPIRED,
}
REFUND = "charge.refunded"


def events(event: Mapping[str, Any]) -> list[PaymentEvent]:
    """What an event says, in our words.

    Raises:
        KeyError, ValueError: it is not shaped as Stripe's are.
    """
    about, kind = event["data"]["object"], event["type"]
    payment_id = (about.get("metadata") or {}).get(OURS)
    if not payment_id:
        return []
    if kind in SESSIONS:
        return _of_session(about, SESSIONS[kind], UUID(payment_id))
    if kind == REFUND:
        return [_said(about, Happened.REFUNDED, UUID(payment_id), about["amount_refunded"])]
    return []


def _of_session(session: Mapping[str, Any], happened: Happened, payment_id: UUID) -> list[PaymentEvent]:
    # Who pays by bank debit completes the session first, and the money comes days later, with an event of its own.
    if happened is Happened.PAID and session["payment_status"] != "paid":
        return []
    return [_said(session, happened, payment_id, session["amount_total"], session["id"])]


def _said(
    about: Mapping[str, Any], happened: Happened, payment_id: UUID, units: int, reference: str = ""
) -> PaymentEvent:
    currency = about["currency"].upper()
    return PaymentEvent(happened, payment_id, from_stripe(units, currency), currency, reference)
