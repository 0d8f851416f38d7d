"""How money, numbers, moments and phones are written, in the reader's language and zone."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal

import phonenumbers
from babel import Locale
from babel.dates import format_timedelta, get_timezone_name
from babel.numbers import format_compact_decimal, format_currency, format_decimal, format_percent
from babel.units import format_unit
from flask import Flask
from flask_babel import format_date, format_datetime, format_time, get_locale, get_timezone
from flask_babel import gettext as _
from markupsafe import Markup, escape

MICRO = 1_000_000
CENT = 10_000
LARGE = MICRO
THOUSAND = 1000
FINEST = Decimal("0.0001")
NEAR_SECONDS = 7 * 24 * 3600


def _locale() -> Locale:
    return get_locale() or Locale("en")


def money(amount: int, currency: str) -> str:
    """An amount of micro-credits: with cents, and with four digits where it is small and cents would hide something."""
    value = Decimal(amount) / MICRO
    if amount % CENT == 0 or abs(amount) >= LARGE:
        return format_currency(value, currency, locale=_locale())
    return format_currency(value.quantize(FINEST).normalize(), currency, locale=_locale(), decimal_quantization=False)


def number(value: float) -> str:
    """A number with its groups."""
    return format_decimal(value, locale=_locale())


def compact(value: int) -> str:
    """A number in few letters, for where little room is: 12K."""
    return format_compact_decimal(value, locale=_locale(), fraction_digits=1 if abs(value) >= 1000 else 0)


def size(value: int) -> str:
    """Bytes, in a unit that leaves few digits."""
    amount, unit = float(value), "byte"
    for larger in ("kilobyte", "megabyte", "gigabyte", "terabyte"):
        if abs(amount) < THOUSAND:
            break
        amount, unit = amount / THOUSAND, larger
    length: Literal["long", "short"] = "long" if unit == "byte" else "short"
    return format_unit(amount, f"digital-{unit}", length, format="#,##0.#", locale=_locale())


def percent(part: float, whole: float) -> str:
    """A share of a whole; a dash of nothing."""
    if not whole:
        return "–"
    share = part / whole
    return format_percent(share, locale=_locale(), format="#,##0.#%" if 0 < share < 0.1 else "#,##0%")


def moment(value: datetime | None) -> Markup:
    """A moment as people say it, with the exact one beside it: "5 minutes ago", or the date where it is far."""
    if value is None:
        return Markup("–")
    title = format_datetime(value, "long")
    seconds = (value - datetime.now(UTC)).total_seconds()
    if abs(seconds) < 1:
        words = _("just now")
    elif abs(seconds) < NEAR_SECONDS:
        words = format_timedelta(int(seconds), add_direction=True, locale=_locale())
    else:
        words = day(value)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(value.isoformat(), title, words)


def clock(value: datetime) -> str:
    """Date and time to the minute, written out."""
    return str(_locale().datetime_formats["medium"].format(hour(value), day(value)))


def exact(value: datetime) -> str:
    """Date and time to the second, for what has to be compared."""
    return str(format_datetime(value, "medium"))


def hour(value: datetime) -> str:
    """The time of day."""
    return str(format_time(value, "short"))


def day(value: date | datetime) -> str:
    """A date, written out."""
    return str(format_date(value, "medium"))


def zone_name() -> str:
    """The zone that times on this page are in, by its name."""
    return get_timezone_name(get_timezone(), width="long", locale=_locale())


def phone(e164: str | None) -> Markup:
    """A phone in groups, left to right whatever the page's direction."""
    if not e164:
        return Markup('<span class="text-secondary">{}</span>').format(_("no phone"))
    try:
        words = phonenumbers.format_number(phonenumbers.parse(e164), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        words = e164
    return Markup('<bdi dir="ltr" class="text-nowrap">{}</bdi>').format(words)


def country(code: str) -> str:
    """A country by its ISO 3166 code."""
    return str(_locale().territories.get(code, code)) if code else "–"


def initials(name: str) -> str:
    """One or two letters that stand for a name."""
    words = name.split()
    return (
        str(escape("".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper())) or "?"
    )


def init_formats(app: Flask) -> None:
    """Make them filters of every template."""
    for function in (money, number, compact, size, moment, clock, exact, hour, day, phone, country, initials):
        app.add_template_filter(function)
    app.add_template_global(percent)
    app.add_template_global(zone_name)
