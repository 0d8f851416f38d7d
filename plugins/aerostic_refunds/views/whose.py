"""Whose policies a console shows, and which of them it may change."""

from dataclasses import dataclass
from uuid import UUID

from flask import abort, request
from flask_babel import gettext as _
from sqlalchemy import Select, select

from aerostic.sdk import Scope, Tenant, own_reseller, platform_scope, reseller_scope, transaction

from ..policies import Owner

PLATFORM = platform_scope("refunds")
MOST = 200


@dataclass(frozen=True, slots=True)
class Whose:
    """Those whom a policy is for: `key` names them in addresses, `title` for people."""

    key: str
    title: str
    owner: Owner


def scope() -> Scope:
    """As whom the console of this request reads and writes."""
    return PLATFORM if _is_platform() else reseller_scope(own_reseller())


def everyone(q: str = "") -> list[Whose]:
    """All whose policies this console decides on: those for several first, then workspaces by name, so many at most.

    The platform decides for everybody and for the workspaces it sells to itself; a reseller for its own.

    Args:
        q: what stands in the names of workspaces.
    """
    with transaction(scope()) as session:
        named = _tenants().where(Tenant.name.icontains(q[:MOST].replace("\0", ""), autoescape=True))
        found = [_workspace(tenant) for tenant in session.scalars(named.order_by(Tenant.name).limit(MOST))]
    return found if q else [_all(), *found]


def find(key: str) -> Whose:
    """Those of an address; 404 where this console does not decide on them."""
    if key == "all":
        return _all()
    try:
        tenant_id = UUID(key)
    except ValueError:
        abort(404)
    with transaction(scope()) as session:
        return _workspace(session.scalar(_tenants().where(Tenant.id == tenant_id)) or abort(404))


def _all() -> Whose:
    if _is_platform():
        return Whose("all", _("Everybody"), Owner())
    return Whose("all", _("All your workspaces"), Owner(reseller_id=own_reseller()))


def _workspace(tenant: Tenant) -> Whose:
    return Whose(str(tenant.id), tenant.name, Owner(tenant_id=tenant.id))


def _tenants() -> Select[Tenant]:
    mine = Tenant.reseller_id.is_(None) if _is_platform() else Tenant.reseller_id == own_reseller()
    return select(Tenant).where(mine)


def _is_platform() -> bool:
    return request.blueprint == "refunds_platform"
