"""Whether digits are a number that somebody can have, by phonenumbers' tables of the world's numbering plans."""

from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from aerostic.security.masking import pseudonyms
from aerostic.security.masking.budget import Budget

# Where a number without its country is looked up, most populous first; the first country that knows it gives the pseudonym.
REGIONS = (
    "IN",
    "US",
    "BR",
    "DE",
    "GB",
    "FR",
    "ES",
    "IT",
    "MX",
    "ID",
    "NG",
    "PK",
    "ZA",
    "AE",
    "TR",
    "AU",
    "JP",
    "NL",
    "CO",
    "AR",
)


def international(digits: str, *, lenient: bool, budget: Budget) -> str:
    """The digits, when they are a phone number with country code; else ''.

    Args:
        digits: country code and number.
        lenient: a plus stood before them, so a possible length is enough.
        budget: is charged one check; without one left the answer is "yes".
    """
    if not budget.spend():
        return digits
    return digits if _international(digits, lenient) else ""


def national(digits: str, budget: Budget) -> str:
    """The international form of a number written without its country, when some country knows it; else ''."""
    for region in REGIONS:
        if not budget.spend():
            return digits
        if found := _national(digits, region):
            return found
    return ""


def phone_token(digits: str, budget: Budget) -> str:
    """The pseudonym of what is known to be a phone; a national form gets that of its international one."""
    if digits.startswith("0") and not digits.startswith("00"):
        digits = national(digits, budget) or digits
    return pseudonyms.phone(digits.removeprefix("00"))


@lru_cache(maxsize=8192)
def _international(digits: str, lenient: bool) -> bool:
    try:
        number = phonenumbers.parse(f"+{digits}", None)
    except NumberParseException:
        return False
    return phonenumbers.is_valid_number(number) or (lenient and phonenumbers.is_possible_number(number))


@lru_cache(maxsize=8192)
def _national(digits: str, region: str) -> str:
    try:
        number = phonenumbers.parse(digits, region)
    except NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)[1:]
