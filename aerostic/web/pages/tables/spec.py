"""What a table offers: columns, orders, filters, search."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import ColumnElement, SQLColumnExpression


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Args:
        name: in addresses and templates.
        title: its heading, translated.
        sort: what orders by it; never null. None where that is not offered.
        numeric: stands at the right, with digits of one width.
        extra: left out on phones.
        shown: whether it is there unless the person chooses otherwise.
    """

    name: str
    title: str
    sort: SQLColumnExpression[Any] | None = None
    numeric: bool = False
    extra: bool = False
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter.

    Args:
        name: in addresses.
        title: translated.
        where: the condition of a value; None for a value it does not know, which is then ignored.
        options: values with their words; empty for a text that is typed, or a date.
        kind: `select`, `text` or `date`.
        more: stands in the panel of further filters, not beside the search.
    """

    name: str
    title: str
    where: Callable[[str], ColumnElement[bool] | None]
    options: Sequence[tuple[str, str]] = ()
    kind: Literal["select", "text", "date"] = "select"
    more: bool = False

    def words(self, value: str) -> str:
        """How a value is shown."""
        return dict(self.options).get(value, value)


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table.

    Args:
        name: unique on its page.
        key: a unique column, the last to order by.
        columns: at least one; the first is the row's heading and link.
        filters: see `Filter`.
        search: the condition of searched words; None where there is no search.
        order: the order to start with: a column that sorts, `-` in front for descending.
        placeholder: what the search box says, translated.
    """

    name: str
    key: SQLColumnExpression[Any]
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    search: Callable[[str], ColumnElement[bool]] | None = None
    order: str = "-created"
    placeholder: str = ""
    sorts: dict[str, SQLColumnExpression[Any]] = field(init=False)

    def __post_init__(self) -> None:
        sorts = {column.name: column.sort for column in self.columns if column.sort is not None}
        object.__setattr__(self, "sorts", sorts)
        if self.order.lstrip("-") not in sorts:
            raise ValueError(f"the table {self.name} starts with an order it does not offer: {self.order}")
