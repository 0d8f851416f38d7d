"""The rows of one page, found by where the last page ended, so that a page deep in a million costs what the first one does."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, literal, select, tuple_
from sqlalchemy.orm import Session

from aerostic.web.pages.tables.state import TableState

MOST_COUNTED = 10_000
READ: dict[type, Callable[[Any], Any]] = {
    datetime: datetime.fromisoformat,
    UUID: UUID,
    int: int,
    str: str,
    float: float,
    bool: bool,
}


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and where the pages beside them begin ('' where there are none). `total` counts to 10,000 at most."""

    rows: Sequence[Any]
    next: str
    previous: str
    total: int

    @property
    def more(self) -> bool:
        """Whether there are more rows than were counted."""
        return self.total > MOST_COUNTED


def fetch(session: Session, state: TableState, query: Select[*tuple[Any, ...]], *, count: bool = True) -> Page:
    """The rows that an address asks for.

    Args:
        query: selects one entity, or columns, of all that the table may ever show.
        count: whether to count all that match, up to 10,000.
    """
    query = query.where(*state.conditions())
    sort, key = state.spec.sorts[state.sort.lstrip("-")], state.spec.key
    backwards = bool(state.before)
    down = state.descending != backwards
    cursor = _read(state.before or state.after, sort, key)
    placed = query if cursor is None else query.where(_beyond(sort, key, cursor, down))
    order = [part.desc() if down else part.asc() for part in (sort, key)]
    found = session.execute(
        placed.add_columns(sort.label("_sort"), key.label("_key")).order_by(*order).limit(state.per + 1)
    )
    rows: list[Any] = list(found)
    beyond, rows = len(rows) > state.per, rows[: state.per]
    if backwards:
        rows.reverse()
    ahead, behind = (cursor is not None, beyond) if backwards else (beyond, cursor is not None)
    return Page(
        rows=[row[0] if len(row) == 3 else row for row in rows],
        next=_written(rows[-1]) if rows and ahead else "",
        previous=_written(rows[0]) if rows and behind else "",
        total=_count(session, query) if count else 0,
    )


def _count(session: Session, query: Select[Any]) -> int:
    some = (
        query.with_only_columns(literal(1), maintain_column_froms=True)
        .order_by(None)
        .limit(MOST_COUNTED + 1)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(some)) or 0


def _beyond(
    sort: SQLColumnExpression[Any], key: SQLColumnExpression[Any], cursor: tuple[Any, Any], down: bool
) -> ColumnElement[bool]:
    here, there = tuple_(sort, key), tuple_(*cursor)
    return here < there if down else here > there


def _written(row: Any) -> str:
    place = [value.isoformat() if isinstance(value, datetime) else value for value in (row._sort, row._key)]
    return base64.urlsafe_b64encode(json.dumps(place, default=str).encode()).decode().rstrip("=")


def _read(text: str, sort: SQLColumnExpression[Any], key: SQLColumnExpression[Any]) -> tuple[Any, Any] | None:
    """A place as `_written` made it; one that makes no sense is the beginning."""
    try:
        place = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        first, last = (READ[_type(part)](value) for part, value in zip((sort, key), place, strict=True))
    except (ValueError, TypeError, KeyError, binascii.Error):
        return None
    return first, last


def _type(part: SQLColumnExpression[Any]) -> type:
    kind: type = part.type.python_type  # type: ignore[attr-defined]
    return kind
