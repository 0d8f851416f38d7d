"""An act with credits: what is done, for which reason, by whom."""

from dataclasses import dataclass
from uuid import UUID

from aerostic.ledger import InvalidTransferError
from aerostic.ledger.transfers import LARGEST
from aerostic.words import N_

WORDS = {
    "payment": N_("Payment received"),
    "invoice": N_("On invoice"),
    "allowance": N_("Monthly allowance"),
    "trial": N_("Trial credit"),
    "bonus": N_("Bonus"),
    "unused": N_("Not used"),
    "mistake": N_("Given by mistake"),
    "closing": N_("The workspace closes"),
    "correction": N_("Correction"),
    "margin": N_("Margins of messages"),
}
REASONS = {
    "sale": ("payment", "invoice", "bonus", "correction"),
    "topup": ("payment", "invoice", "trial", "bonus", "correction"),
    "allocation": ("payment", "invoice", "allowance", "trial", "bonus", "correction"),
    "clawback": ("unused", "mistake", "closing", "correction"),
}


class CreditError(ValueError):
    """What cannot be done with credits so; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who acts: the platform's staff, or a reseller's. `user_id` is None for the platform's own set-up."""

    user_id: UUID | None
    side: str


@dataclass(frozen=True, slots=True)
class Act:
    """What is to be done.

    Args:
        id: makes it happen once, such as the key of a form.
        kind: `sale` (platform to reseller), `topup` (platform to a workspace without reseller), `allocation` (reseller to
            workspace), `clawback` (workspace to reseller). What a reseller earned is taken over by earnings.py, as `earning`.
        amount: micro-credits.
        currency: that of the workspace; of a sale, any.
        reason: one of `REASONS` of the kind.
        note: for the statement; no personal data.

    Raises:
        InvalidTransferError: the amount is not from 1 to 10^15.
        CreditError: the reason is none of the kind.
    """

    id: UUID
    kind: str
    amount: int
    currency: str
    reason: str
    note: str = ""
    reseller_id: UUID | None = None
    tenant_id: UUID | None = None

    def __post_init__(self) -> None:
        if not 0 < self.amount <= LARGEST:
            raise InvalidTransferError(f"An amount is a whole number of micro-credits from 1 to {LARGEST}.")
        if self.reason not in REASONS[self.kind]:
            raise CreditError(N_("Choose one of the reasons that are offered."))
