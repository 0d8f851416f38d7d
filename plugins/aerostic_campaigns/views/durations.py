"""How long something takes, in few letters."""

from datetime import timedelta

from babel.dates import format_timedelta
from flask_babel import get_locale

THRESHOLD = 1.2  # 100 seconds are "100 sec", not "2 min"


def duration(length: timedelta | None) -> str:
    """The length in the reader's language; '' of none."""
    if length is None:
        return ""
    return format_timedelta(length, threshold=THRESHOLD, format="short", locale=get_locale() or "en")
