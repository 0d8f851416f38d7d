"""Filters by when something was, in days of the reader's zone."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import get_timezone
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, SQLColumnExpression

from aerostic.web.pages.tables.spec import Filter


def _moment(moment: datetime) -> Any:
    return moment


def period_filters(column: SQLColumnExpression[Any], value: Callable[[datetime], Any] = _moment) -> list[Filter]:
    """`since` and `until`, a day each, both counted in.

    Args:
        column: says when something was.
        value: a moment as the column has it, where it is not one of `datetime`.
    """

    def since(day: str) -> ColumnElement[bool] | None:
        begin = _midnight(day, 0)
        return column >= value(begin) if begin else None

    def until(day: str) -> ColumnElement[bool] | None:
        end = _midnight(day, 1)
        return column < value(end) if end else None

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
