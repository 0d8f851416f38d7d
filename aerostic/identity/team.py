"""The people of a tenant."""

from uuid import UUID

from sqlalchemy import Select, select

from aerostic.identity.models import User
from aerostic.tenancy.models import Member


def team(tenant_id: UUID) -> Select[Member, User]:
    """Selects the members of a tenant, each with their account."""
    return select(Member, User).join(User, User.id == Member.user_id).where(Member.tenant_id == tenant_id)
