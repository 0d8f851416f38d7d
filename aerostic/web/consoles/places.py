"""Where a console shows a workspace."""

from uuid import UUID

from aerostic.identity.models import User
from aerostic.registry import runtime
from aerostic.tenancy.brands.finding import brand_of_reseller
from aerostic.web.sites import site


def console_of(user: User, tenant_id: UUID) -> str:
    """The address of a workspace's page in the console of a person of the staff."""
    if user.staff == "platform":
        return f"{site(f'admin.{runtime().settings.domain}')}/tenants/{tenant_id}"
    return f"{site(brand_of_reseller(user.reseller_id).host)}/reseller/tenants/{tenant_id}"
