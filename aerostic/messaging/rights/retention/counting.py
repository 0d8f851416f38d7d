"""Counting for a page: no further than a person reads."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

MOST = 100_000


def bounded(session: Session, query: Select[Any]) -> int:
    """How many rows a query has, `MOST` at most."""
    return session.scalar(select(func.count()).select_from(query.limit(MOST).subquery())) or 0
