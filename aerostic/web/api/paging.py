"""Lists in pages: each answer says where the next page begins, so that a page deep in a million costs what the first does.

class Listing(Paging):
    state: str = ""

found = page_of(session, select(Thing).where(...), listing, Thing.created_at, Thing.id)
return Page[ThingOut](data=[...], next_cursor=found.next_cursor)
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from pydantic import Field
from sqlalchemy import Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from aerostic.web.api.data import Data
from aerostic.web.api.problems import ApiError

T = TypeVar("T")
MOST = 100
READ: dict[type, Callable[[Any], Any]] = {datetime: datetime.fromisoformat, UUID: UUID, int: int, str: str}


class Paging(Data):
    """The query of a list."""

    limit: Annotated[int, Field(ge=1, le=MOST, description="How many to answer with at most.")] = 50
    cursor: Annotated[str, Field(max_length=1000, description="`next_cursor` of the page before.")] = ""


class Page(Data, Generic[T]):
    """One page of a list."""

    data: list[T]
    next_cursor: Annotated[str | None, Field(description="Where the next page begins; null at the end.")]

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """A name that an OpenAPI document may hold."""
        return f"{params[0].__name__.removesuffix('Out')}Page"


class Found(NamedTuple):
    """The rows of a page."""

    rows: Sequence[Any]
    next_cursor: str | None


def page_of(session: Session, query: Select[Any], paging: Paging, *order: InstrumentedAttribute[Any]) -> Found:
    """The rows of a page, the last of the order first.

    Args:
        query: selects one entity.
        order: its columns to order by, never null; the last one is unique.

    Raises:
        ApiError: the cursor is none of this list.
    """
    if paging.cursor:
        query = query.where(tuple_(*order) < tuple_(*read_cursor(paging.cursor, *map(_type, order))))
    rows = session.scalars(query.order_by(*(column.desc() for column in order)).limit(paging.limit + 1)).all()
    more, rows = len(rows) > paging.limit, rows[: paging.limit]
    return Found(rows, write_cursor(*(getattr(rows[-1], column.key) for column in order)) if more else None)


def write_cursor(*place: Any) -> str:
    """A place in the list that is being answered."""
    values = [value.isoformat() if isinstance(value, datetime) else value for value in place]
    return str(_signer().dumps([str(value) if isinstance(value, UUID) else value for value in values]))


def read_cursor(text: str, *types: type) -> list[Any]:
    """A place as `write_cursor` made it, for the same list.

    Raises:
        ApiError: it is something else.
    """
    try:
        return [READ[kind](value) for kind, value in zip(types, _signer().loads(text), strict=True)]
    except (BadSignature, ValueError):
        fields = {"cursor": "This is no cursor of this list. Begin without one."}
        raise ApiError(422, fields=fields) from None


def _signer() -> URLSafeSerializer:
    """Signed, so that nobody looks for meaning in a cursor; each list has its own."""
    return URLSafeSerializer(str(current_app.secret_key), salt=f"cursor:{request.endpoint}")


def _type(column: InstrumentedAttribute[Any]) -> type:
    kind: type = column.type.python_type
    return kind
