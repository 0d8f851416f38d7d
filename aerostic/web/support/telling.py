"""Telling the owners of a workspace by mail that somebody works in it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.identity.models import User
from aerostic.tenancy.brands import Brand
from aerostic.tenancy.models import Member, Tenant
from aerostic.web.people import mailing
from aerostic.web.sites import site


def tell_owners(session: Session, brand: Brand, tenant: Tenant, **visit: object) -> None:
    """Write to each owner.

    Args:
        visit: what the mail says beside the workspace: `name`, `reason`, `minutes`.
    """
    owners = select(User).join(Member, Member.user_id == User.id)
    for user in session.scalars(owners.where(Member.tenant_id == tenant.id, Member.role == "owner", User.active)):
        mailing.post(
            session,
            "support",
            brand,
            user.email or "",
            language=user.locale or brand.locale,
            tenant_id=tenant.id,
            workspace=tenant.name,
            address=f"{site(brand.host)}/audit",
            **visit,
        )
