"""Which campaigns send a template, for the template's page."""

from uuid import UUID

from sqlalchemy import select

from aerostic.sdk import N_, TemplateUse, tenant_scope, transaction

from .models import Campaign

MOST = 20


def uses(tenant_id: UUID, template_id: UUID) -> list[TemplateUse]:
    """The newest campaigns with a template."""
    own = (Campaign.tenant_id == tenant_id, Campaign.template_id == template_id)
    columns = select(Campaign.id, Campaign.name, Campaign.created_at)
    query = columns.where(*own).order_by(Campaign.created_at.desc(), Campaign.id.desc()).limit(MOST)
    with transaction(tenant_scope(tenant_id)) as session:
        rows = session.execute(query).all()
    return [TemplateUse(N_("Campaign"), row.name, f"/p/campaigns/{row.id}", row.created_at) for row in rows]
