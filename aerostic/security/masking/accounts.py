"""Bank accounts (IBAN: length and form per country, mod 97) and payment cards (issuer range, length, Luhn)."""

import re

from stdnum import iban, luhn

from aerostic.security.masking.budget import Budget

IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}+")
CARD = re.compile(r"(?<![\w.])[2-6](?:[ -]{0,2}\d){12,18}+(?![\w]|\.\d)")
# Issuer ranges of ISO/IEC 7812: Visa, Mastercard, American Express, Diners, Discover, JCB, UnionPay.
ISSUER = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}"
    r"|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}"
)
SPACING = str.maketrans("", "", " -")


def mask_accounts(text: str, budget: Budget) -> str:
    """Replace IBANs and card numbers; country or kind and the last four characters stay."""
    text = IBAN.sub(lambda match: _iban(match, budget), text)
    return CARD.sub(_card, text)


def _iban(match: re.Match[str], budget: Budget) -> str:
    """The pattern also takes the words that follow, so the length that the country prescribes has to be found."""
    country = match[0][:2].upper()
    ends = [index + 1 for index, char in enumerate(match[0]) if char not in " -"][14:34]
    for end in reversed(ends):
        candidate = match[0][:end].translate(SPACING)
        if not budget.spend() or iban.is_valid(candidate, check_country=False):
            return f"<iban:{country}..{candidate[-4:]}>{match[0][end:]}"
    return match[0]


def _card(match: re.Match[str]) -> str:
    digits = match[0].translate(SPACING)
    return f"<card..{digits[-4:]}>" if ISSUER.fullmatch(digits) and luhn.is_valid(digits) else match[0]
