"""Telephone numbers: from what people write to E.164, one spelling a person, and the market a person belongs to.

Brazil and Mexico have two spellings for one mobile number. A Brazilian mobile number gained a ninth digit, but WhatsApp
ids and old lists lack it (whatsapp.md 15, field.md "extras"); a Mexican one lost the 1 behind +52, but WhatsApp ids keep
it. Both are brought to the present spelling; landlines are left alone.
"""

import re
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType, ValidationResult

# Area code, then a subscriber number that begins like a mobile one (6 to 9; landlines begin with 2 to 5).
_BRAZIL_OLD_MOBILE = re.compile(r"\+55([1-9][1-9])([6-9]\d{7})")
_MEXICO_OLD_MOBILE = re.compile(r"\+521(\d{10})")
_WRAPPING = re.compile(r"^(?:tel:|whatsapp:)", re.IGNORECASE)
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_SPREADSHEET = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,2}")
_ALLOWED = re.compile(r"[+\uff0b]?[\d\s().\-/\u2010-\u2015\u2212]+")
_BSUID = re.compile(r"([A-Z]{2})\.(?:ENT\.)?[A-Za-z0-9]{1,128}")
_SPECIAL = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.PAGER,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
    }
)
_PLAIN = re.compile(r"\+[0-9]{8,15}")
_LONGEST = 40
_SHORTEST_WITH_COUNTRY = 11


class Trouble(StrEnum):
    """Why a text is no number to write to. Stable codes; the words for people stand in imports/verdicts.py."""

    MISSING = "missing_phone"
    NOT_A_NUMBER = "not_a_number"
    ROUNDED = "rounded_number"
    NO_COUNTRY = "no_country_code"
    TOO_SHORT = "number_too_short"
    TOO_LONG = "number_too_long"
    IMPOSSIBLE = "impossible_number"
    SPECIAL = "special_number"


class PhoneError(ValueError):
    """A text is no number to write to. Carries no part of the text."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class Phone(NamedTuple):
    """A number in E.164 with plus, and its market (ISO 3166 alpha-2, '' for numbers of no country)."""

    e164: str
    country: str


def normalise(text: str, region: str = "") -> Phone:
    """Read a number as a person writes it.

    Args:
        text: with or without separators, plus, `00`, `tel:`.
        region: ISO 3166 alpha-2 of numbers written without a country code; '' when there is none to assume.

    Raises:
        PhoneError: with the reason as `trouble`.
    """
    cleaned = text if _PLAIN.fullmatch(text) else _clean(text)
    found = _parse(cleaned, region)
    kind = phonenumbers.number_type(found)
    if kind == PhoneNumberType.UNKNOWN:
        found = _with_country_written_out(cleaned, found)
        kind = phonenumbers.number_type(found)
    if kind in _SPECIAL:
        raise PhoneError(Trouble.SPECIAL)
    return Phone(_e164(found), _region(found))


def canonical(e164: str) -> str:
    """The one spelling of a number that is already E.164 with plus: for numbers a provider tells us, valid or not."""
    if match := _BRAZIL_OLD_MOBILE.fullmatch(e164):
        return f"+55{match[1]}9{match[2]}"
    if match := _MEXICO_OLD_MOBILE.fullmatch(e164):
        return f"+52{match[1]}"
    return e164


def country_of(phone: str | None, user_id: str | None = None) -> str:
    """The market of a person: of the phone (E.164 with plus), else of the business-scoped user id; '' if unknown."""
    if phone:
        try:
            return _region(phonenumbers.parse(phone))
        except NumberParseException:
            return ""
    match = _BSUID.fullmatch(user_id or "")
    return match[1] if match else ""


def _clean(text: str) -> str:
    """Without wrapping; refuses what cannot be a number before the library guesses one out of it."""
    cleaned = _WRAPPING.sub("", _INVISIBLE.sub("", text).strip().lstrip("'").strip())
    if not cleaned:
        raise PhoneError(Trouble.MISSING)
    if _SPREADSHEET.fullmatch(cleaned):
        raise PhoneError(Trouble.ROUNDED)
    if len(cleaned) > _LONGEST or not _ALLOWED.fullmatch(cleaned):
        raise PhoneError(Trouble.NOT_A_NUMBER)
    compact = "".join(c for c in cleaned if c.isdecimal())
    if not compact:
        raise PhoneError(Trouble.NOT_A_NUMBER)
    if cleaned[0] in "+\uff0b":
        return f"+{compact}"
    return f"+{compact[2:]}" if compact.startswith("00") else compact


def _parse(cleaned: str, region: str) -> PhoneNumber:
    try:
        found = phonenumbers.parse(cleaned, region or None)
        spelling = _e164(found)
        present = canonical(spelling)
        return found if spelling == present else phonenumbers.parse(present)
    except NumberParseException as error:
        if error.error_type == NumberParseException.INVALID_COUNTRY_CODE:
            if not cleaned.startswith("+") and len(cleaned) >= _SHORTEST_WITH_COUNTRY:
                return _parse(f"+{cleaned}", region)
            raise PhoneError(Trouble.NO_COUNTRY) from None
        if error.error_type == NumberParseException.TOO_LONG:
            raise PhoneError(Trouble.TOO_LONG) from None
        raise PhoneError(Trouble.TOO_SHORT) from None


def _with_country_written_out(cleaned: str, found: PhoneNumber) -> PhoneNumber:
    """Second try for `5511987654321`: digits with the country code but no plus, that are no number of the region."""
    if not cleaned.startswith("+") and len(cleaned) >= _SHORTEST_WITH_COUNTRY:
        try:
            other = _parse(f"+{cleaned}", "")
        except PhoneError:
            other = found
        if phonenumbers.number_type(other) != PhoneNumberType.UNKNOWN:
            return other
    raise PhoneError(_why_invalid(found))


def _why_invalid(found: PhoneNumber) -> Trouble:
    possible = phonenumbers.is_possible_number_with_reason(found)
    if possible in (ValidationResult.TOO_SHORT, ValidationResult.IS_POSSIBLE_LOCAL_ONLY):
        return Trouble.TOO_SHORT
    return Trouble.TOO_LONG if possible == ValidationResult.TOO_LONG else Trouble.IMPOSSIBLE


def _e164(found: PhoneNumber) -> str:
    return f"+{found.country_code}{phonenumbers.national_significant_number(found)}"


@lru_cache(maxsize=512)
def _only_region(country_code: int) -> str:
    """The region of a calling code that has but one, else ''."""
    regions: tuple[str, ...] = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(country_code, ())
    return regions[0] if len(regions) == 1 and regions[0] != "001" else ""


def _region(found: PhoneNumber) -> str:
    region: str = _only_region(found.country_code) or phonenumbers.region_code_for_number(found) or ""
    return "" if region == "001" else region
