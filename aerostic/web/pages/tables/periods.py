"""Filters by when something was, in days of the reader's zone."""

from datetime import date, datetime, time, timedelta

from flask_babel import get_timezone
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, SQLColumnExpression

from aerostic.web.pages.tables.spec import Filter


def period_filters(column: SQLColumnExpression[datetime]) -> list[Filter]:
    """`since` and `until`, a day each, both counted in."""

    def since(value: str) -> ColumnElement[bool] | None:
        begin = _midnight(value, 0)
        return column >= begin if begin else None

    def until(value: str) -> ColumnElement[bool] | None:
        end = _midnight(value, 1)
        return column < end if end else None

    return [
        Filter("since", _("Since"), since, kind="date", more=True),
        Filter("until", _("Until"), until, kind="date", more=True),
    ]


def _midnight(value: str, later: int) -> datetime | None:
    """When a day begins for the reader, or so many days later; None for what is no date."""
    try:
        return datetime.combine(date.fromisoformat(value) + timedelta(later), time(), get_timezone())
    except (ValueError, OverflowError):
        return None
