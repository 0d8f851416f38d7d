"""The tags that contacts wear."""

from uuid import UUID

from sqlalchemy import select

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.models import Tag
from aerostic.tenancy.current import current_tenant
from aerostic.web.api.blueprint import Blueprint, needs
from aerostic.web.api.data import Data
from aerostic.web.api.paging import Page, Paging, page_of

blueprint = Blueprint("tags_api", __name__, tag="Tags", path="tags")


class TagOut(Data):
    """A tag."""

    id: UUID
    name: str


@blueprint.get("")
@needs("contacts.view")
@blueprint.input(Paging, location="query")
@blueprint.output(Page[TagOut])
def index(query_data: Paging) -> Page[TagOut]:
    """List tags, those that came last first."""
    with transaction(tenant_scope(current_tenant())) as session:
        found = page_of(session, select(Tag), query_data, Tag.id)
        rows = [TagOut.model_validate(row) for row in found.rows]
    return Page[TagOut](data=rows, next_cursor=found.next_cursor)
