"""Whether digits are a number that somebody can have, by phonenumbers' tables of the world's numbering plans.

The library answers the same by way of some 2,500 patterns, more than `re` keeps compiled. Here all numbers of a country
code are one pattern; tests hold both to the same answers.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

from aerostic.security.masking import pseudonyms
from aerostic.security.masking.budget import Budget

# Where a number without its country is looked up, most populous first; the first country that knows it gives the pseudonym.
REGIONS = (
    *("IN", "US", "BR", "DE", "GB", "FR", "ES", "IT", "MX", "ID", "NG", "PK", "ZA", "AE", "TR", "AU", "JP"),
    *("NL", "CO", "AR"),
)
KINDS = (
    *("fixed_line", "mobile", "voip", "personal_number", "toll_free", "premium_rate", "shared_cost", "pager", "uan"),
    "voicemail",
)
NOWHERE = "001"
# Loading a country's plan for the first time takes as long as so many checks.
LOADING = 4


def international(digits: str, *, lenient: bool, budget: Budget) -> str:
    """The digits, when they are a phone number with country code; else ''.

    Args:
        digits: country code and number.
        lenient: a plus stood before them, so a possible length is enough.
        budget: is charged one check; without one left the answer is "yes".
    """
    if not budget.spend():
        return digits
    code = _country_code(digits)
    if not code:
        return ""
    if code not in _loaded:
        _loaded.add(code)
        budget.left -= LOADING
    return digits if _international(digits, code, lenient) else ""


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


_loaded: set[str] = set()


def _country_code(digits: str) -> str:
    for length in (1, 2, 3):
        if digits[0] != "0" and int(digits[:length]) in COUNTRY_CODE_TO_REGION_CODE:
            return digits[:length]
    return ""


@lru_cache(maxsize=8192)
def _international(digits: str, code: str, lenient: bool) -> bool:
    region = COUNTRY_CODE_TO_REGION_CODE[int(code)][0]
    general = _metadata(region, code).general_desc
    lengths = general.possible_length if lenient and general else ()
    plan = _plan(code)
    return any(
        len(number) in lengths or plan.fullmatch(number)
        for number in _without_prefix(digits[len(code) :], region, code)
    )


@lru_cache(maxsize=8192)
def _national(digits: str, region: str) -> str:
    code = str(_metadata(region, "").country_code)
    plan = _plan(code)
    return next((code + number for number in _without_prefix(digits, region, code) if plan.fullmatch(number)), "")


def _without_prefix(number: str, region: str, code: str) -> Iterator[str]:
    """The number, and what it is behind a trunk prefix or a carrier's code."""
    yield number
    pattern, rule = _prefix(region, code)
    prefix = pattern.match(number)
    if prefix and prefix.end():
        moved = prefix.expand(rule) if rule and prefix.lastindex and prefix[prefix.re.groups] else ""
        yield moved + number[prefix.end() :]


@cache
def _metadata(region: str, code: str) -> PhoneMetadata:
    """The tables of a region, or of a country code that belongs to none (satellites, free calls from everywhere)."""
    if region == NOWHERE:
        found = PhoneMetadata.metadata_for_nongeo_region(int(code))
    else:
        found = PhoneMetadata.metadata_for_region(region)
    return found or PhoneMetadata(id=region, register=False)


@cache
def _plan(code: str) -> re.Pattern[str]:
    regions = COUNTRY_CODE_TO_REGION_CODE[int(code)]
    kinds = (getattr(_metadata(region, code), kind) for region in regions for kind in KINDS)
    patterns = dict.fromkeys(kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern)
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


@cache
def _prefix(region: str, code: str) -> tuple[re.Pattern[str], str | None]:
    """The trunk prefix of a region (nothing where there is none), and what stands in its place."""
    metadata = _metadata(region, code)
    return re.compile(metadata.national_prefix_for_parsing or ""), metadata.national_prefix_transform_rule
