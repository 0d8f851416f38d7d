"""What an address asks of a table. The address is all the state there is; what it does not know is ignored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement
from werkzeug.datastructures import MultiDict

from aerostic.web.pages.tables.spec import Column, Filter, TableSpec

SIZES = (25, 50, 100)
LONGEST = 200


@dataclass(frozen=True, slots=True)
class TableState:
    """A table as one address asks for it: search, filters, order, place, page size, columns."""

    spec: TableSpec
    q: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    sort: str = ""
    after: str = ""
    before: str = ""
    per: int = SIZES[0]
    cols: tuple[str, ...] = ()

    @classmethod
    def read(cls, spec: TableSpec, args: "MultiDict[str, str]") -> "TableState":
        """Read what an address asks for."""
        args = MultiDict((name, text.replace("\0", "")) for name, text in args.items(multi=True))
        sort = args.get("sort", "")
        per = args.get("per", "")
        names = {column.name for column in spec.columns}
        return cls(
            spec,
            q=args.get("q", "").strip()[:LONGEST] if spec.search else "",
            filters={
                item.name: value
                for item in spec.filters
                if (value := args.get(item.name, "").strip()[:LONGEST]) and item.where(value) is not None
            },
            sort=sort if sort.lstrip("-") in spec.sorts else spec.order,
            after=args.get("after", ""),
            before=args.get("before", ""),
            per=int(per) if per.isdigit() and int(per) in SIZES else SIZES[0],
            cols=tuple(name for name in args.get("cols", "").split(",") if name in names),
        )

    @property
    def narrowed(self) -> bool:
        """Whether search or filters leave something out."""
        return bool(self.q or self.filters)

    @property
    def descending(self) -> bool:
        """Whether the order runs downwards."""
        return self.sort.startswith("-")

    @property
    def columns(self) -> list[Column]:
        """The columns to show; the first one always is."""
        first, *rest = self.spec.columns
        return [first, *(c for c in rest if (c.name in self.cols if self.cols else c.shown))]

    def conditions(self) -> list[ColumnElement[bool]]:
        """Search and filters as SQL."""
        found = [item.where(self.filters[item.name]) for item in self.spec.filters if item.name in self.filters]
        if self.q and self.spec.search:
            found.append(self.spec.search(self.q))
        return [condition for condition in found if condition is not None]

    def chips(self) -> list[tuple[Filter, str]]:
        """The filters that are set, with their words."""
        return [(f, f.words(self.filters[f.name])) for f in self.spec.filters if f.name in self.filters]

    def sort_by(self, column: Column) -> str:
        """The address that orders by a column: the other way round where it does already."""
        return self.url(sort=f"-{column.name}" if self.sort == column.name else column.name)

    def url(self, **changes: Any) -> str:
        """The query of this table with something changed; a change of anything but the place begins at the first page."""
        values: dict[str, Any] = {"q": self.q, **self.filters}
        values["sort"] = self.sort if self.sort != self.spec.order else ""
        values["per"] = self.per if self.per != SIZES[0] else ""
        values["cols"] = ",".join(self.cols)
        values.update(changes)
        return "?" + urlencode({name: value for name, value in values.items() if value})

    def narrowing(self) -> dict[str, str]:
        """Search and filters alone, as they go into a form that works on all that match."""
        return {name: value for name, value in {"q": self.q, **self.filters}.items() if value}
