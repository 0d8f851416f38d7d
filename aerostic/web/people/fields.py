"""Kinds of fields in forms about people."""

from functools import lru_cache
from typing import Annotated
from zoneinfo import available_timezones

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _
from pydantic import AfterValidator, Field

from aerostic.identity import emails
from aerostic.identity.passwords import LONGEST, SHORTEST


def _email(value: str) -> str:
    try:
        return emails.checked_email(value)
    except emails.EmailError as error:
        raise ValueError(_(str(error))) from None


def _zone(value: str) -> str:
    if value and value not in zones():
        raise ValueError(_("Choose one of those that are offered."))
    return value


# Groups and placeholders that stand among the countries.
NO_COUNTRIES = ("EU", "EZ", "UN", "ZZ", "XA", "XB", "QO")
Email = Annotated[str, AfterValidator(_email)]
NewPassword = Annotated[str, Field(min_length=SHORTEST, max_length=LONGEST)]
Password = Annotated[str, Field(max_length=LONGEST)]
PersonName = Annotated[str, Field(min_length=1, max_length=100)]
Zone = Annotated[str, AfterValidator(_zone)]


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """Names of time zones that people live in, in order."""
    regions = (
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    )
    return ("UTC", *sorted(name for name in available_timezones() if name.partition("/")[0] in regions))


def countries() -> list[tuple[str, str]]:
    """Countries by their codes, in the order of their names."""
    names = (get_locale() or Locale("en")).territories
    found = [
        (code, name) for code, name in names.items() if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES
    ]
    return sorted(found, key=lambda pair: pair[1])
