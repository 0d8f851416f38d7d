"""The numbers that send."""

from uuid import UUID

from sqlalchemy import select

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.models import ChannelNumber
from aerostic.tenancy.current import current_tenant
from aerostic.web.api.blueprint import Blueprint, needs
from aerostic.web.api.data import Data
from aerostic.web.api.paging import Page, Paging, page_of

blueprint = Blueprint("numbers_api", __name__, tag="Numbers", path="numbers")


class NumberOut(Data):
    """A number. Quality, limit and standing are in the provider's words; `pace` is messages a second."""

    id: UUID
    account_id: UUID
    display: str
    name: str
    status: str
    quality: str
    limit_tier: str
    pace: int


@blueprint.get("")
@needs("channels.view")
@blueprint.input(Paging, location="query")
@blueprint.output(Page[NumberOut])
def index(query_data: Paging) -> Page[NumberOut]:
    """List numbers, those that came last first."""
    with transaction(tenant_scope(current_tenant())) as session:
        found = page_of(session, select(ChannelNumber), query_data, ChannelNumber.id)
        rows = [NumberOut.model_validate(row) for row in found.rows]
    return Page[NumberOut](data=rows, next_cursor=found.next_cursor)
