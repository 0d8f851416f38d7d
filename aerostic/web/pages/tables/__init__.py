"""Tables of every list page: what one offers (`spec`), what the address asks of it (`state`), the rows of a page (`paging`),
filters by when (`periods`)."""

from aerostic.web.pages.tables.paging import Page, fetch
from aerostic.web.pages.tables.periods import period_filters
from aerostic.web.pages.tables.spec import Column, Filter, TableSpec
from aerostic.web.pages.tables.state import TableState

__all__ = ["Column", "Filter", "Page", "TableSpec", "TableState", "fetch", "period_filters"]
