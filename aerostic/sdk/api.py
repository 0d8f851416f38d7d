"""What a plugin makes its part of the API with: `from aerostic.sdk import api`. See docs/api.md.

The blueprint is declared by the hook `register_blueprints` as `BlueprintIn("api", blueprint)`, named `<plugin>_api`, and stands
under `/api/v1/<plugin>` for the keys of tenants that have the plugin on.
"""

from aerostic.web.api.blueprint import Blueprint, needs
from aerostic.web.api.data import Data
from aerostic.web.api.idempotency import request_name
from aerostic.web.api.paging import Page, Paging, page_of, read_cursor, write_cursor
from aerostic.web.api.problems import ApiError, problem
from aerostic.web.api.rows import mine

__all__ = [
    "ApiError",
    "Blueprint",
    "Data",
    "Page",
    "Paging",
    "mine",
    "needs",
    "page_of",
    "problem",
    "read_cursor",
    "request_name",
    "write_cursor",
]
