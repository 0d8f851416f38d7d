"""Stripe's amounts: whole numbers of the smallest unit, which is not a hundredth in every currency (docs: currencies)."""

MICRO = 1_000_000
WITHOUT = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"]
)
THOUSANDTHS = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])


def unit(currency: str) -> int:
    """The smallest unit of a currency, in micro-credits."""
    if currency in WITHOUT:
        return MICRO
    return 1_000 if currency in THOUSANDTHS else 10_000


def to_stripe(amount: int, currency: str) -> int:
    """Micro-credits as Stripe counts them.

    Raises:
        ValueError: the amount is no whole number of the currency's smallest unit.
    """
    units, rest = divmod(amount, unit(currency))
    if rest:
        raise ValueError("no whole number of units")
    return units


def from_stripe(units: int, currency: str) -> int:
    """What Stripe counts, in micro-credits."""
    return units * unit(currency)
