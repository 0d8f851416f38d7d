"""Who sits at a console, and which books they find there: an address names a book by its level and by whom it is for."""

from dataclasses import dataclass
from uuid import UUID

from flask import abort, request
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from aerostic.sdk import N_, Reseller, Scope, Tenant, own_reseller, reseller_scope, transaction

from ..store import PLATFORM, Owner

NAMES = {
    "platform": N_("For everybody"),
    "reseller": N_("What %(name)s pays"),
    "clients": N_("All workspaces of %(name)s"),
}
OWN = {"reseller": N_("What you pay"), "clients": N_("All your workspaces")}
MOST = 200


@dataclass(frozen=True, slots=True)
class Subject:
    """A book that a page is about.

    Args:
        key: its name in addresses.
        title: its name for people.
        currency: of its workspace's wallet; '' where it is for several.
        mine: whether who looks at it also writes it.
    """

    key: str
    title: str
    owner: Owner
    currency: str
    mine: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """One of the two consoles, as the person of this request sits at it. `reseller_id` is None at the platform's."""

    reseller_id: UUID | None
    scope: Scope

    def find(self, key: str) -> Subject:
        """The book of an address; 404 where there is none, or none to be seen from here."""
        level, _dash, written = key.partition("-")
        if key == "platform" and self.reseller_id is None:
            return Subject(key, _(NAMES[key]), Owner(), "", True)
        with transaction(self.scope) as session:
            return self._tenant(session, _id(written)) if level == "tenant" else self._reseller(session, level, written)

    def subjects(self, q: str = "") -> list[Subject]:
        """All books that can be seen from here, those for several first; of many workspaces, the first by name.

        Args:
            q: what stands in the names of those for whom they are; '' for all.
        """
        with transaction(self.scope) as session:
            resellers = session.scalars(
                select(Reseller).where(_named(Reseller.name, q)).order_by(Reseller.name).limit(MOST)
            ).all()
            tenants = session.scalars(
                select(Tenant).where(_named(Tenant.name, q)).order_by(Tenant.name).limit(MOST)
            ).all()
        found = [] if self.reseller_id or q else [self.find("platform")]
        levels = ("clients", "reseller") if self.reseller_id else ("reseller", "clients")
        found += [self._of_reseller(one, level) for one in resellers for level in levels]
        return found + [self._of_tenant(one) for one in tenants]

    def _reseller(self, session: Session, level: str, written: str) -> Subject:
        if level not in ("reseller", "clients"):
            abort(404)
        return self._of_reseller(session.get(Reseller, _id(written)) or abort(404), level)

    def _tenant(self, session: Session, tenant_id: UUID) -> Subject:
        return self._of_tenant(session.get(Tenant, tenant_id) or abort(404))

    def _of_reseller(self, reseller: Reseller, level: str) -> Subject:
        clients = level == "clients"
        names = OWN if self.reseller_id else NAMES
        title = _(names[level], name=reseller.name)
        return Subject(
            f"{level}-{reseller.id}", title, Owner(reseller.id, clients=clients), "", clients == bool(self.reseller_id)
        )

    def _of_tenant(self, tenant: Tenant) -> Subject:
        mine = tenant.reseller_id == self.reseller_id
        return Subject(f"tenant-{tenant.id}", tenant.name, Owner(tenant_id=tenant.id), tenant.currency, mine)


def desk() -> Desk:
    """The console of this request."""
    if request.blueprint == "pricing_platform":
        return Desk(None, PLATFORM)
    return Desk(own_reseller(), reseller_scope(own_reseller()))


def _named(name: InstrumentedAttribute[str], q: str) -> ColumnElement[bool]:
    return name.icontains(q[:MOST].replace("\0", ""), autoescape=True)


def _id(written: str) -> UUID:
    try:
        return UUID(written)
    except ValueError:
        abort(404)
