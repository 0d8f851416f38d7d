"""How long something took, in few letters and in the reader's language."""

from datetime import timedelta

from babel.dates import format_timedelta
from babel.units import format_unit
from flask_babel import get_locale

THRESHOLD = 1.2
MILLISECOND, SECOND = 1_000, 1_000_000


def length(microseconds: float) -> str:
    """Milliseconds where it was less than a second, seconds below a minute, else the greatest unit that fits."""
    locale = get_locale() or "en"
    if microseconds < SECOND:
        value = microseconds / MILLISECOND
        return format_unit(round(value, 1 if value < 10 else None), "duration-millisecond", "short", locale=locale)
    if microseconds < 60 * SECOND:
        return format_unit(round(microseconds / SECOND, 1), "duration-second", "short", locale=locale)
    longer = timedelta(microseconds=microseconds)
    return format_timedelta(longer, threshold=THRESHOLD, format="short", locale=locale)
