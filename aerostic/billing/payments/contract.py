"""The payment contract: how a provider takes a payer in, and what it tells us afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class PaymentError(ValueError):
    """A payment that cannot be made so; the text says why, and what to do."""


class SignatureError(Exception):
    """A webhook that is not the provider's, or cannot be read. Nothing of it is believed."""


class ProviderError(Exception):
    """The provider did not do what it was asked; the text is for the log and names no payer and no secret."""


class Happened(StrEnum):
    """What a provider says of a payment."""

    PAID = "paid"
    FAILED = "failed"
    EXPIRED = "expired"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """A payment that a person wants to make.

    Args:
        id: our id of it. The provider has to be given it, and has to name it in each event; as its idempotency key it makes
            asking twice one payment.
        amount: micro-credits, a whole number of hundredths of the currency's unit.
        currency: ISO 4217 code.
        title: what is bought, in the payer's language.
        language: of the payer, such as `de`.
        paid_url: our page for who has paid, or thinks so.
        back_url: our page for who turned back.
    """

    id: UUID
    amount: int
    currency: str
    title: str
    language: str
    paid_url: str
    back_url: str


@dataclass(frozen=True, slots=True)
class Started:
    """Where the payer is to be sent, the provider's own id of the payment, and until when it can be paid there."""

    reference: str
    url: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PaymentEvent:
    """What happened to a payment.

    Args:
        payment_id: ours.
        amount: micro-credits: what was paid; of a refund, all that was given back so far, so that events may come twice and
            in any order.
        currency: ISO 4217 code.
        reference: the provider's id of the payment as `start` gave it, where the event has it.
    """

    happened: Happened
    payment_id: UUID
    amount: int
    currency: str
    reference: str = ""


class PaymentProvider(Protocol):
    """A way to pay. `name` stands in the address of its webhook, `/payments/<name>`."""

    @property
    def name(self) -> str:
        """The plugin's name, or `<plugin>-...`."""

    @property
    def title(self) -> str:
        """What a person chooses, such as "Card"; in the catalogue of translations."""

    def start(self, payment: PaymentRequest) -> Started:
        """Prepare a payment. Called outside of a transaction.

        Raises:
            PaymentError: the provider does not take such a payment; the text is shown to the payer.
            ProviderError: it could not be reached, or refused.
        """

    def webhook(self, body: bytes, headers: Mapping[str, str]) -> Sequence[PaymentEvent]:
        """What a webhook says of our payments; of anything else, nothing.

        Args:
            body: the raw bytes, which the signature is over.
            headers: by name, in any case.

        Raises:
            SignatureError: it is not from the provider.
        """
