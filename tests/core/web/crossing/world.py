"""A tenant with its reseller and people, a row of it in every table, and how all its rows stand."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy import ColumnElement, Table, true
from sqlalchemy.dialects import postgresql

from aerostic.audit import Act, record, record_sealed
from aerostic.audit.checkpoints import checkpoint
from aerostic.db import metadata, new_id, transaction
from aerostic.identity.people import create_user
from aerostic.messaging.models import Contact
from aerostic.tenancy.models import Member, Tenant, TenantPlugin
from aerostic.testing.people import PASSWORD, Client, enter
from tests.core.messaging.proof.shop import make_shop
from tests.core.web.brands.support import make_host
from tests.support.factories import TESTS, make_contact
from tests.support.rows import NOBODYS, Owner, fill

BINDS = {"literal_binds": True}


@dataclass(frozen=True)
class World:
    """What belongs to one tenant: `rows` has a row of it for each table. `host` is its reseller's; `staff_id` works there."""

    app: Flask
    owner: Owner
    host: str
    staff_id: UUID
    rows: dict[str, Any]

    def person(self, host: str = "app.localhost", tenant_id: UUID | None = None) -> Client:
        """The tenant's owner, just signed in at a host, at work in the tenant (or in another one)."""
        return self._entered(self.owner.user_id, host, tenant_id or self.owner.tenant_id)

    def staff(self, host: str = "app.localhost") -> Client:
        """Somebody of the reseller's staff, just signed in at a host."""
        return self._entered(self.staff_id, host, None)

    def _entered(self, user_id: UUID, host: str, tenant_id: UUID | None) -> Client:
        client = Client(self.app, self.app.response_class, use_cookies=True)
        client.host = host
        enter(client, user_id, tenant_id)
        return client

    def owns(self, table: Table) -> ColumnElement[bool]:
        """The condition for its rows in a table."""
        return self.owner.owns(table, self.rows)

    def standing(self, admin: "psycopg.Connection[Any]") -> dict[str, str]:
        """A digest of the tenant's rows in each table, and of all rows in those where nobody owns any."""
        query = "SELECT {name} AS name, md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} t WHERE {own}"
        return dict(admin.execute(self._over_tables(query)).fetchall())

    def mentions(self, admin: "psycopg.Connection[Any]", ids: set[str]) -> set[str]:
        """The tables where a row of the tenant has one of these ids."""
        query = "SELECT {name} FROM {table} t WHERE ({own}) AND t::text ~ ANY ({ids})"
        found = admin.execute(self._over_tables(query, ids=sql.Literal(sorted(ids)))).fetchall()
        return {name for (name,) in found}

    def ids(self) -> set[str]:
        """The ids of its rows, and its own."""
        found = {str(row.id) for row in self.rows.values() if isinstance(getattr(row, "id", None), UUID)}
        return found | {str(self.owner.tenant_id), str(self.owner.reseller_id), str(self.owner.user_id)}

    def _over_tables(self, query: str, **values: sql.Literal) -> sql.Composed:
        parts = (
            sql.SQL(query).format(
                name=sql.Literal(table.name),
                table=sql.Identifier(table.name),
                own=sql.SQL(_text(_own(table, self)).replace(f"{table.name}.", "t.")),
                **values,
            )
            for table in metadata.sorted_tables
        )
        return sql.SQL(" UNION ALL ").join(parts)


def make_world(app: Flask, name: str, *, direct: bool = False) -> World:
    """A tenant with every plugin on and a row in every table; `direct` for one that pays the platform itself."""
    mark, host = f"{name}-{new_id().hex[-8:]}", f"{name}.example"
    reseller_id = make_host(host)
    tenant_id = make_shop(2).tenant_id
    make_contact(tenant_id, name=mark)
    with transaction(TESTS) as session:
        tenant = session.get_one(Tenant, tenant_id)
        tenant.name, tenant.reseller_id = mark, None if direct else reseller_id
        on = {row.plugin for row in session.query(TenantPlugin).filter_by(tenant_id=tenant_id)}
        plugins = set(app.extensions["aerostic"].registry.plugins) - on
        session.add_all(TenantPlugin(tenant_id=tenant_id, plugin=plugin) for plugin in plugins)
        user = create_user(session, email=f"owner@{mark}.example", name=mark, password=PASSWORD)
        session.add(Member(tenant_id=tenant_id, user_id=user.id, role="owner"))
        staff = create_user(
            session,
            email=f"staff@{mark}.example",
            name=mark,
            password=PASSWORD,
            staff="reseller",
            reseller_id=reseller_id,
        )
        session.query(Contact).filter_by(tenant_id=tenant_id).update({"name": mark})
        act = Act(tenant_id, "settings.changed", f"tenant:{tenant_id}", after={"name": mark})
        record_sealed(session, act)
        record(session, act)
    checkpoint(tenant_id)
    owner = Owner(tenant_id, reseller_id, user.id, mark)
    return World(app, owner, host, staff.id, fill(owner))


def _own(table: Table, world: World) -> ColumnElement[bool]:
    return true() if table.name in NOBODYS else world.owns(table)


def _text(condition: ColumnElement[bool]) -> str:
    return str(condition.compile(dialect=postgresql.dialect(), compile_kwargs=BINDS))
