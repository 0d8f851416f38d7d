"""The two roles of the database: one is bound by row-level security, and the other is refused by the application."""

import psycopg
import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy import Engine, NullPool, create_engine, text
from sqlalchemy.exc import ProgrammingError

from aerostic.cli.services.postgres import ADMIN, APP
from aerostic.db import Event, db, emit, new_id, service_scope, tenant_scope, transaction
from aerostic.db.engine import UnsafeRoleError, check_role, driver_url
from tests.support.services import Servers

EVENTS = text("SELECT count(*) FROM outbox")


def announce(app: Flask) -> None:
    tenant = new_id()
    with transaction(tenant_scope(tenant)) as session:
        emit(session, Event(type="contact.created", tenant_id=tenant, key="k", data={}))


def test_the_application_connects_as_a_plain_role(app: Flask) -> None:
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT current_user")) == APP
    check_role(db.engine)


def test_the_application_refuses_to_run_as_the_owner_of_the_tables(owner_engine: Engine) -> None:
    with pytest.raises(UnsafeRoleError, match="DATABASE_OWNER_URL"):
        check_role(owner_engine)


def test_the_application_refuses_to_run_as_a_superuser(run_servers: Servers, migrated_database: str) -> None:
    engine = create_engine(driver_url(run_servers.postgres.url(ADMIN, migrated_database)), poolclass=NullPool)
    with pytest.raises(UnsafeRoleError):
        check_role(engine)


def test_a_transaction_without_a_scope_sees_no_row(app: Flask) -> None:
    announce(app)
    with db.engine.connect() as connection:
        assert connection.scalar(EVENTS) == 0
    with transaction(service_scope("relay")) as session:
        assert session.scalar(EVENTS) == 1


@pytest.mark.parametrize(
    "attempt",
    [
        "ALTER TABLE outbox DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE outbox NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY scope ON outbox",
        "CREATE POLICY all_of_it ON outbox USING (true)",
        "ALTER ROLE aerostic_app BYPASSRLS",
        "SET ROLE aerostic_owner",
        "SET SESSION AUTHORIZATION aerostic_owner",
        "TRUNCATE outbox",
        "CREATE TABLE copy AS SELECT * FROM outbox",
    ],
)
def test_the_application_cannot_lift_row_level_security(app: Flask, attempt: str) -> None:
    announce(app)
    with db.engine.connect() as connection, pytest.raises(ProgrammingError, match=r"must be owner|permission denied"):
        connection.execute(text(attempt))


def test_switching_row_level_security_off_is_an_error_and_shows_nothing(app: Flask) -> None:
    announce(app)
    with db.engine.connect() as connection:
        connection.execute(text("SET LOCAL row_security = off"))
        with pytest.raises(ProgrammingError, match="row-level security"):
            connection.scalar(EVENTS)


def test_the_owner_is_bound_by_row_level_security_too(app: Flask, owner_engine: Engine) -> None:
    announce(app)
    with owner_engine.connect() as connection:
        assert connection.scalar(EVENTS) == 0


def test_every_table_of_the_core_with_rows_of_tenants_is_protected(admin: "psycopg.Connection[tuple[str]]") -> None:
    query = (
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'"
        " WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"
        " AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"
    )
    assert admin.execute(sql.SQL(query)).fetchall() == []
