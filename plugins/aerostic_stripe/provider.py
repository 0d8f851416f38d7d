"""Stripe as a payment provider: a checkout session for each payment, and its signed webhooks."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import stripe

from aerostic.sdk import N_, PaymentError, PaymentEvent, PaymentRequest, ProviderError, SignatureError, Started

from .reading import OURS, events
from .settings import StripeSettings
from .units import to_stripe

SECONDS = 20
WHOLE = N_("This currency has no smaller coins. Enter a whole amount.")
NOT_TAKEN = N_("The payment provider does not take this amount in this currency. Enter another amount.")
# What Stripe's page speaks; for others it asks the browser (docs: api/checkout/sessions/create, locale).
EUROPEAN = {"bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "hr", "hu", "it", "lt", "lv", "mt", "nb", "nl"}
LANGUAGES = EUROPEAN | {"pl", "fil", "id", "ja", "ko", "ms", "pt", "ro", "ru", "sk", "sl", "sv", "th", "tr", "vi", "zh"}


class Stripe:
    """Hosted checkout of the operator's account."""

    name = "stripe"
    title = N_("Card and more")

    def __init__(self, settings: StripeSettings) -> None:
        self._secret = settings.webhook_secret.get_secret_value()
        self._client = stripe.StripeClient(
            settings.secret_key.get_secret_value(),
            base_addresses={"api": settings.api_base},
            http_client=stripe.RequestsClient(timeout=SECONDS),
        )

    def start(self, payment: PaymentRequest) -> Started:
        """A checkout session; asked twice for the same payment, Stripe answers with the same one.

        Raises:
            PaymentError: Stripe takes no such amount.
            ProviderError: it could not be reached, or refused.
        """
        try:
            units = to_stripe(payment.amount, payment.currency)
        except ValueError:
            raise PaymentError(WHOLE) from None
        try:
            session = self._client.v1.checkout.sessions.create(
                _session(payment, units), {"idempotency_key": f"payment-{payment.id}"}
            )
        except stripe.InvalidRequestError as error:
            if error.code in ("amount_too_small", "amount_too_large"):
                raise PaymentError(NOT_TAKEN) from None
            raise ProviderError(f"Stripe refused: {error.code} {error.param}") from None
        except stripe.StripeError as error:
            raise ProviderError(f"Stripe: {type(error).__name__}") from None
        return Started(session.id, session.url or "", datetime.fromtimestamp(session.expires_at, UTC))

    def webhook(self, body: bytes, headers: Mapping[str, str]) -> Sequence[PaymentEvent]:
        """What an event says of our payments.

        Raises:
            SignatureError: it is not signed with our secret, too long ago, or no event.
        """
        try:
            event = stripe.Webhook.construct_event(body, headers.get("Stripe-Signature"), self._secret)
            return events(event.to_dict())
        except (stripe.SignatureVerificationError, ValueError, LookupError, TypeError, AttributeError):
            # What is signed but no event is believed as little as what is not signed.
            raise SignatureError from None


def _session(payment: PaymentRequest, units: int) -> "stripe.params.checkout.SessionCreateParams":
    metadata = {OURS: str(payment.id)}
    return {
        "mode": "payment",
        "client_reference_id": str(payment.id),
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": payment.currency.lower(),
                    "unit_amount": units,
                    "product_data": {"name": payment.title},
                },
            }
        ],
        "metadata": metadata,
        # A refund tells of the charge, which has the intent's metadata and not the session's.
        "payment_intent_data": {"metadata": metadata},
        "success_url": payment.paid_url,
        "cancel_url": payment.back_url,
        "locale": payment.language if payment.language in LANGUAGES else "auto",
    }
