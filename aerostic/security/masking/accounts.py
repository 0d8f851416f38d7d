"""Bank accounts (IBAN: length and form per country, mod 97) and payment cards (issuer range, length, Luhn)."""

import re

from stdnum import iban, luhn

from aerostic.security.masking.budget import Budget
from aerostic.security.masking.hints import kind_before
from aerostic.security.masking.names import Kind

# Digits are fewer than letters, so the search for the start of an account begins with them.
IBAN_START = re.compile(r"\d(?<=[A-Za-z]{2}.)\d")
IBAN = re.compile(r"[A-Za-z](?<![A-Za-z0-9].)[A-Za-z]\d{2}(?:[ \u00a0-]?[A-Za-z0-9]){11,30}+")
CARD = re.compile(r"[2-6](?<![\w.].)(?:[ \u00a0-]{0,2}\d){12,18}+(?![\w]|\.\d)")
# Issuer ranges of ISO/IEC 7812: Visa, Mastercard, American Express, Diners, Discover, JCB, UnionPay.
ISSUER = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}"
    r"|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}"
)
GRAPH = re.compile(r"/v\d{1,3}\.\d/$")
SPACES = " \u00a0-"
SPACING = str.maketrans("", "", SPACES)


def mask_accounts(text: str, budget: Budget) -> str:
    """Replace IBANs and card numbers; country or kind and the last four characters stay."""
    if IBAN_START.search(text):
        text = IBAN.sub(lambda match: _iban(match, budget), text)
    return CARD.sub(_card, text)


def _iban(match: re.Match[str], budget: Budget) -> str:
    """The pattern also takes the words that follow, so the length that the country prescribes has to be found."""
    country = match[0][:2].upper()
    for end in reversed(_ends(match[0])):
        candidate = match[0][:end].translate(SPACING).upper()
        if not budget.spend() or iban.is_valid(candidate, check_country=False) or candidate == match[0]:
            return f"<iban:{country}..{candidate[-4:]}>{match[0][end:]}"
    return match[0]


def _ends(text: str) -> list[int]:
    """Where an account of 15 to 34 characters may end by its check digits (ISO 7064: what follows the first four, then those).

    A whole word in capitals with the right ones is an account, of whatever country.
    """
    values = [(end, int(char, 36)) for end, char in enumerate(text, 1) if char not in SPACES][:34]
    first = int("".join(str(value) for _, value in values[:4]))
    ends, rest = [], 0
    for count, (end, value) in enumerate(values[4:], 5):
        rest = (rest * (100 if value > 9 else 10) + value) % 97
        if count >= 15 and (rest * 1_000_000 + first) % 97 == 1:
            ends.append(end)
    return ends


def _card(match: re.Match[str]) -> str:
    digits = match[0].translate(SPACING)
    if not ISSUER.fullmatch(digits) or not luhn.is_valid(digits):
        return match[0]
    before = match.string[max(0, match.start() - 56) : match.start()]
    # Of Meta's ids of 15 digits, every hundredth is one that American Express could have given.
    is_id = kind_before(before) is Kind.PLAIN or GRAPH.search(before)
    return match[0] if is_id else f"<card..{digits[-4:]}>"
