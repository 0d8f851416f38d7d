"""What the database shows without a scope, and in another's: nothing, in any table, whatever the statement."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Table, func, select, text, update
from sqlalchemy.exc import DBAPIError

from aerostic.db import db, metadata, new_id, platform_scope, reseller_scope, service_scope, tenant_scope, transaction
from aerostic.db.scopes import Scope
from tests.core.web.crossing.world import World, make_world
from tests.support.rows import NOBODYS

CHECKING = platform_scope("tests")


@pytest.fixture
def worlds(app: Flask) -> tuple[World, World]:
    return make_world(app, "mine"), make_world(app, "stranger")


def owned() -> list[Table]:
    """The tables in which somebody owns rows."""
    return [table for table in metadata.sorted_tables if table.name not in NOBODYS]


def count(scope: Scope, table: Table, world: World) -> int:
    """How many rows of a world a scope sees, without the help of any model."""
    with transaction(scope) as session:
        return session.scalar(select(func.count()).select_from(table).where(world.owns(table))) or 0


def seen(scope: Scope, world: World) -> set[str]:
    """The tables in which a scope sees rows of a world."""
    return {table.name for table in owned() if count(scope, table, world)}


def test_there_is_a_row_of_each_tenant_in_every_table(worlds: tuple[World, World]) -> None:
    """Else the tests below would say nothing."""
    tables = {table.name for table in owned()}
    assert [seen(CHECKING, world) for world in worlds] == [tables, tables]


def test_without_a_scope_no_table_shows_a_row(worlds: tuple[World, World]) -> None:
    with db.engine.connect() as connection:
        found = {
            table.name for table in metadata.sorted_tables if connection.scalar(text(f"SELECT count(*) FROM {table}"))
        }
    assert found == set()


@pytest.mark.parametrize("scope", ["tenant", "reseller"])
def test_a_scope_sees_no_row_of_another(worlds: tuple[World, World], scope: str) -> None:
    mine, other = worlds
    own = tenant_scope(mine.owner.tenant_id) if scope == "tenant" else reseller_scope(mine.owner.reseller_id)
    assert seen(own, other) == set()
    assert seen(own, mine)


def test_nor_does_the_scope_of_a_tenant_or_a_service_that_does_not_exist(worlds: tuple[World, World]) -> None:
    for scope in (tenant_scope(new_id()), reseller_scope(new_id()), service_scope("nobody")):
        assert [seen(scope, world) for world in worlds] == [set(), set()]


@pytest.mark.parametrize("act", ["change", "delete"])
def test_a_scope_changes_and_deletes_no_row_of_another(worlds: tuple[World, World], act: str) -> None:
    mine, other = worlds
    for table in owned():
        column = next(iter(table.primary_key))
        change: Any = update(table).values({column: column}) if act == "change" else table.delete()
        for scope in (tenant_scope(mine.owner.tenant_id), reseller_scope(mine.owner.reseller_id)):
            assert _reached(scope, change.where(other.owns(table))) == 0, table.name


def test_no_row_is_given_to_another_tenant(worlds: tuple[World, World]) -> None:
    mine, other = worlds
    scope = tenant_scope(mine.owner.tenant_id)
    for table in owned():
        if "tenant_id" in table.c:
            given = update(table).values(tenant_id=other.owner.tenant_id)
            assert _reached(scope, given.where(table.c.tenant_id == mine.owner.tenant_id)) == 0, table.name


def _reached(scope: Scope, statement: Any) -> int:
    """How many rows a statement reaches, which is undone; what the database refuses reaches none."""
    try:
        with transaction(scope) as session, session.begin_nested() as undone:
            reached: int = session.execute(statement).rowcount
            undone.rollback()
    except DBAPIError:
        return 0
    return reached
