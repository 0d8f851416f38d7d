"""The table of workspaces."""

from typing import Any
from uuid import UUID

from flask_babel import gettext as _

from aerostic.tenancy.models import Tenant
from aerostic.web.pages.tables import Column, Filter, TableSpec

STATES = ("active", "suspended")


def tenant_table(resellers: list[tuple[str, str]]) -> TableSpec:
    """The table of workspaces; without resellers to choose among, that filter is left out."""
    by_reseller = Filter("reseller", _("Reseller"), _by_reseller, resellers)
    return TableSpec(
        "tenants",
        Tenant.id,
        [
            Column("name", _("Name"), Tenant.name),
            Column("slug", _("Short name"), extra=True),
            Column("country", _("Country"), extra=True),
            Column("status", _("State")),
            Column("created", _("Since"), Tenant.created_at, extra=True),
        ],
        filters=[
            Filter(
                "status",
                _("State"),
                lambda value: Tenant.status == value if value in STATES else None,
                [("active", _("Active")), ("suspended", _("Suspended"))],
            ),
            *([by_reseller] if resellers else []),
        ],
        search=lambda q: Tenant.name.icontains(q, autoescape=True) | Tenant.slug.icontains(q, autoescape=True),
    )


def _by_reseller(value: str) -> Any:
    try:
        return Tenant.reseller_id == UUID(value)
    except ValueError:
        return None
