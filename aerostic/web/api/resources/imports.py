"""Imports of contacts: how far they are. Files are uploaded on the pages of the workspace."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.models import ContactImport
from aerostic.tenancy.current import current_tenant
from aerostic.web.api.blueprint import Blueprint, needs
from aerostic.web.api.data import Data
from aerostic.web.api.paging import Page, Paging, page_of
from aerostic.web.api.rows import mine

blueprint = Blueprint("imports_api", __name__, tag="Imports", path="imports")


class ImportOut(Data):
    """An import: `waiting`, `running`, `finished`, or `refused` for the `reason` that is given."""

    id: UUID
    name: str
    state: str
    reason: str
    rows_done: int
    created: int
    updated: int
    refused: int
    created_at: datetime
    finished_at: datetime | None


@blueprint.get("")
@needs("contacts.view")
@blueprint.input(Paging, location="query")
@blueprint.output(Page[ImportOut])
def index(query_data: Paging) -> Page[ImportOut]:
    """List imports, the newest first."""
    with transaction(tenant_scope(current_tenant())) as session:
        found = page_of(session, select(ContactImport), query_data, ContactImport.id)
        rows = [ImportOut.model_validate(row) for row in found.rows]
    return Page[ImportOut](data=rows, next_cursor=found.next_cursor)


@blueprint.get("/<uuid:import_id>")
@needs("contacts.view")
@blueprint.output(ImportOut)
def show(import_id: UUID) -> ImportOut:
    """Get an import."""
    with transaction(tenant_scope(current_tenant())) as session:
        return ImportOut.model_validate(mine(session, ContactImport, import_id))
