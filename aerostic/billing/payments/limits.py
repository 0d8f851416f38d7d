"""What a payment may be: by whom, in which currency, and how much."""

from aerostic.billing.payments.contract import PaymentError
from aerostic.registry import runtime
from aerostic.tenancy.models import Tenant
from aerostic.words import N_

MICRO = 1_000_000
CENT = 10_000
OF_RESELLER = N_("This workspace gets its credit from its provider. Write to them.")
CURRENCY = N_("Payments have to be in the currency of the wallet. Choose that.")
CENTS = N_("Enter an amount with at most two digits after the point.")
TOO_LITTLE = N_("This is less than can be paid at once. Enter more.")
TOO_MUCH = N_("This is more than can be paid at once. Enter less, or pay in parts.")


def least() -> int:
    """The smallest payment, in micro-credits."""
    return runtime().settings.topup_least * MICRO


def most() -> int:
    """The largest payment, in micro-credits."""
    return runtime().settings.topup_most * MICRO


def check(tenant: Tenant, amount: int, currency: str) -> None:
    """Whether somebody may pay `amount` micro-credits into a workspace's wallet.

    Raises:
        PaymentError: with what to do.
    """
    if tenant.reseller_id is not None:
        raise PaymentError(OF_RESELLER)
    if currency != tenant.currency:
        raise PaymentError(CURRENCY)
    if amount < least():
        raise PaymentError(TOO_LITTLE)
    if amount > most():
        raise PaymentError(TOO_MUCH)
    if amount % CENT:
        raise PaymentError(CENTS)
