"""From a thing that costs to its money: quote through the billing rules, hold, capture, refund."""

from aerostic.billing.charges import NewCharge, open_charges, reopen_charges
from aerostic.billing.contract import BillingRule, Chargeable, ChargeInfo, Outcome, Quote, Settlement
from aerostic.billing.endings import cancel, close_hold, release_silent, silent_tenants
from aerostic.billing.errors import BillingError, NoPriceError, RuleError
from aerostic.billing.rules import quote
from aerostic.billing.settlement import Settled, settle
from aerostic.billing.usage import Used, used

__all__ = [
    "BillingError",
    "BillingRule",
    "ChargeInfo",
    "Chargeable",
    "NewCharge",
    "NoPriceError",
    "Outcome",
    "Quote",
    "RuleError",
    "Settled",
    "Settlement",
    "Used",
    "cancel",
    "close_hold",
    "open_charges",
    "quote",
    "release_silent",
    "reopen_charges",
    "settle",
    "silent_tenants",
    "used",
]
