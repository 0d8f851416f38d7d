"""How a contact writes numbers and days: by its language and country."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import get_date_format, get_day_names, get_month_names
from babel.numbers import NumberFormatError, parse_decimal

SPACES = re.compile(r"(?<=\d)[\s\u00a0\u202f'\u2019](?=\d{3})")
DIGITS = re.compile(r"[+-]?[\d.,]{1,24}")
# Both separators, or one of them several times: there is only one way to read it, in whatever language.
GROUPED = re.compile(r"[+-]?\d{1,3}(?:(?:\.\d{3})+,\d+|(?:,\d{3})+\.\d+|(?:\.\d{3}){2,}|(?:,\d{3}){2,})")
PLAIN = re.compile(r"[+-]?\d{1,15}[.,]\d{1,9}")
MOST = 10**15
YEAR_FIRST = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})日?")
YEAR_LAST = re.compile(r"(\d{1,2})\s*[-./]\s*(\d{1,2})\s*[-./]\s*(\d{4}|\d{2})")
NO_YEAR = re.compile(r"(\d{1,2})\s*[./]\s*(\d{1,2})\.?")
WORDS = re.compile(r"\d+|[^\W\d_]+")
# What stands between day and month in some languages, and behind the number of a day.
LINKS = frozenset({"de", "del", "di", "of", "the", "den", "der", "le", "am", "on", "st", "nd", "rd", "th", "er", "do"})


def locale_of(contact: Mapping[str, Any]) -> Locale:
    """Of the contact's language, in its country where that is not said; where the language is not known, that of most people in
    its country; else English.
    """
    language, country = (str(contact.get(name) or "") for name in ("language", "country"))
    return _locale(language.replace("-", "_"), country)


def number(said: str, locale: Locale) -> int | float | None:
    """A number as it is written in a language: 1.234,5 in German, 1,234.5 in English; None where it is none.

    What can be read in one way only is taken in every language: 2,5 and 1.234.567,8. No units, currencies or words.
    """
    plain = SPACES.sub("", _latin(said))
    if not DIGITS.fullmatch(plain):
        return None
    try:
        found = float(parse_decimal(plain, locale=locale, strict=True))
    except NumberFormatError:
        read = _only_way(plain)
        if read is None:
            return None
        found = read
    if abs(found) > MOST:
        return None
    return int(found) if found.is_integer() else found


def day(said: str, locale: Locale, today: date) -> date | None:
    """A day as it is written in a language: 2026-05-03, 3.5.2026, 5/3/2026 in the United States, 3. Mai 2026, May 3rd.

    Without a year, it is the next such day. Words such as tomorrow are none.
    """
    text = _latin(said)
    if match := YEAR_FIRST.fullmatch(text):
        return _day(*map(int, match.groups()))
    if match := YEAR_LAST.fullmatch(text):
        one, two, year = match.groups()
        return _in_order(int(one), int(two), _whole(year), locale)
    if match := NO_YEAR.fullmatch(text):
        first, second = map(int, match.groups())
        return _next(lambda year: _in_order(first, second, year, locale), today)
    return _named(text, locale, today)


def _only_way(plain: str) -> float | None:
    if GROUPED.fullmatch(plain):
        last = max(plain.rfind("."), plain.rfind(","))
        decimal = len({*plain} & {".", ","}) == 2
        whole, rest = (plain[:last], plain[last + 1 :]) if decimal else (plain, "0")
        return float(f"{whole.replace('.', '').replace(',', '')}.{rest}")
    return float(plain.replace(",", ".")) if PLAIN.fullmatch(plain) else None


def _latin(text: str) -> str:
    """With the digits that every language knows, and the Arabic separators as the English ones."""
    plain = text.strip().replace("\u066b", ".").replace("\u066c", ",").replace("\u200f", "")
    return "".join(str(unicodedata.digit(one)) if one.isdecimal() else one for one in plain)


def _in_order(one: int, two: int, year: int, locale: Locale) -> date | None:
    """Day first or month first, as the language has it; where that is no day, the other way."""
    pattern = str(get_date_format("short", locale=locale).pattern)
    month_first = pattern.find("M") < pattern.find("d") and not pattern.startswith("y")
    first, second = ((year, one, two), (year, two, one)) if month_first else ((year, two, one), (year, one, two))
    return _day(*first) or _day(*second)


def _named(text: str, locale: Locale, today: date) -> date | None:
    months, found = _months(locale), dict[str, int]()
    for word in WORDS.findall(text.casefold()):
        if word in months:
            name, value = "month", months[word]
        elif word.isdecimal():
            name, value = ("day", int(word)) if len(word) <= 2 else ("year", int(word))
        elif word in LINKS or word in _weekdays(locale):
            continue
        else:
            return None
        if found.setdefault(name, value) != value:
            return None
    if "month" not in found or "day" not in found:
        return None
    if "year" in found:
        return _day(found["year"], found["month"], found["day"])
    return _next(lambda year: _day(year, found["month"], found["day"]), today)


def _next(of_year: Callable[[int], date | None], today: date) -> date | None:
    for year in range(today.year, today.year + 9):  # a leap day may be eight years away
        found = of_year(year)
        if found and found >= today:
            return found
    return None


def _whole(year: str) -> int:
    """Of two digits, the year that computers take it for: 69 to 99 are of the last century."""
    short = int(year)
    return short if len(year) == 4 else short + (1900 if short >= 69 else 2000)


def _day(year: int, month: int, day: int) -> date | None:
    with suppress(ValueError):
        return date(year, month, day)
    return None


@lru_cache(256)
def _locale(language: str, country: str) -> Locale:
    tries = [
        f"{language}_{country}" if language and country and "_" not in language else "",
        language,
        f"und_{country}",
    ]
    for name in filter(None, tries):
        with suppress(ValueError, UnknownLocaleError):
            return Locale.parse(name)
    return Locale("en")


@lru_cache(256)
def _months(locale: Locale) -> Mapping[str, int]:
    """The months by their names, long and short, in a language and in English."""
    return {
        name.casefold().rstrip("."): month
        for one in (Locale("en"), locale)
        for width, context in _kinds()
        for month, name in get_month_names(width, context, one).items()
    }


@lru_cache(256)
def _weekdays(locale: Locale) -> frozenset[str]:
    names = (
        name
        for one in (Locale("en"), locale)
        for width, context in _kinds()
        for name in get_day_names(width, context, one).values()
    )
    return frozenset(word for name in names for word in WORDS.findall(name.casefold()))


def _kinds() -> Iterator[tuple[Any, Any]]:
    return ((width, context) for width in ("wide", "abbreviated") for context in ("format", "stand-alone"))
