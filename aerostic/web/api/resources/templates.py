"""Templates as the provider has them."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import select

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.accounts import line_of
from aerostic.messaging.models import ChannelAccount, Template
from aerostic.messaging.templates.syncing import sync
from aerostic.tenancy.current import current_tenant
from aerostic.web.api.blueprint import Blueprint, needs
from aerostic.web.api.data import Data
from aerostic.web.api.paging import Page, Paging, page_of
from aerostic.web.api.rows import mine

blueprint = Blueprint("templates_api", __name__, tag="Templates", path="templates")
Word = Annotated[str, Field(max_length=512)]


class Listing(Paging):
    """Which templates; everything given has to hold."""

    name: Word = ""
    language: Word = ""
    category: Annotated[str, Field(max_length=40, description="MARKETING, UTILITY or AUTHENTICATION.")] = ""
    status: Annotated[str, Field(max_length=40, description="Only APPROVED ones can be sent.")] = ""


class TemplateOut(Data):
    """A template: one name in one language. `variables` are its places, in the order in which values are sent."""

    id: UUID
    account_id: UUID
    name: str
    language: str
    category: str
    status: str
    quality: str
    components: list[Any]
    variables: list[Any]
    synced_at: datetime


class SyncOut(Data):
    """What the provider has, over all accounts: how many templates, and how many are new, changed and gone."""

    total: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0


@blueprint.get("")
@needs("templates.view")
@blueprint.input(Listing, location="query")
@blueprint.output(Page[TemplateOut])
def index(query_data: Listing) -> Page[TemplateOut]:
    """List templates, those that came last first."""
    wanted = query_data.model_dump(exclude=set(Paging.model_fields), exclude_defaults=True)
    with transaction(tenant_scope(current_tenant())) as session:
        found = page_of(session, select(Template).filter_by(**wanted), query_data, Template.id)
        rows = [TemplateOut.model_validate(row) for row in found.rows]
    return Page[TemplateOut](data=rows, next_cursor=found.next_cursor)


@blueprint.get("/<uuid:template_id>")
@needs("templates.view")
@blueprint.output(TemplateOut)
def show(template_id: UUID) -> TemplateOut:
    """Get a template."""
    with transaction(tenant_scope(current_tenant())) as session:
        return TemplateOut.model_validate(mine(session, Template, template_id))


@blueprint.post("/sync")
@needs("templates.sync")
@blueprint.output(SyncOut)
def fetch() -> SyncOut:
    """Fetch the templates of every account from the provider, and wait until that is done."""
    tenant_id = current_tenant()
    with transaction(tenant_scope(tenant_id)) as session:
        lines = [(id_, line_of(session, id_)) for id_ in session.scalars(select(ChannelAccount.id))]
    done = [sync(tenant_id, account_id, line.channel, line.account) for account_id, line in lines]
    return SyncOut(**{name: sum(getattr(result, name) for result in done) for name in SyncOut.model_fields})
