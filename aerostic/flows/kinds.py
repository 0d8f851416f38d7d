"""The kinds of nodes that a tenant has: those of the plugins that are on."""

from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.flows.plan import Kinds
from aerostic.tenancy.plugins import view_for


def kinds_of(session: Session, tenant_id: UUID) -> Kinds:
    """The kinds by name."""
    return view_for(session, tenant_id).flow_nodes
