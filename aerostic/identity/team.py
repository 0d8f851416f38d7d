"""The people of a tenant."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from aerostic.identity.models import User
from aerostic.identity.permissions import permissions_of
from aerostic.tenancy.models import ROLES, Member
from aerostic.tenancy.plugins import view_for


def team(tenant_id: UUID) -> Select[Member, User]:
    """Selects the members of a tenant, each with their account."""
    return select(Member, User).join(User, User.id == Member.user_id).where(Member.tenant_id == tenant_id)


def people_with(session: Session, tenant_id: UUID, permission: str) -> Sequence[User]:
    """The people of a tenant who are active and whose role has a permission: of the core, or of a plugin that is on."""
    view = view_for(session, tenant_id)
    roles = [role for role in ROLES if permission in permissions_of(role, view)]
    people = team(tenant_id).with_only_columns(User).where(Member.role.in_(roles), User.active)
    return session.scalars(people.order_by(User.id)).all()
