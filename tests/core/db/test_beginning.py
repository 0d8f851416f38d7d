"""A transaction begins with its scope, on a connection that is alive."""

from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask
from psycopg.pq import ConnStatus, TransactionStatus
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from aerostic.cli.services.children import free_port
from aerostic.db import (
    beginning,
    db,
    new_id,
    platform_scope,
    reseller_scope,
    scoped,
    service_scope,
    tenant_scope,
    transaction,
)
from aerostic.db.beginning import _sent, install
from aerostic.db.engine import driver_url
from aerostic.db.scopes import Scope
from aerostic.streams.outage import is_outage

SETTINGS = ("tenant", "reseller", "service", "platform")
NOW = text(
    "SELECT " + ", ".join(f"coalesce(current_setting('aerostic.{name}', true), '') AS {name}" for name in SETTINGS)
)
KILL = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE usename = current_user AND datname = current_database() AND pid <> pg_backend_pid()"
)
ONE = new_id()
pytestmark = pytest.mark.usefixtures("app")


@pytest.mark.parametrize(
    "scope",
    [
        pytest.param(tenant_scope(ONE), id="tenant"),
        pytest.param(reseller_scope(ONE), id="reseller"),
        pytest.param(service_scope("it's; ROLLBACK"), id="service"),
        pytest.param(platform_scope("tests"), id="platform"),
        pytest.param(Scope(), id="nothing"),
    ],
)
def test_a_transaction_has_the_settings_of_its_scope_and_no_others(scope: Scope) -> None:
    with transaction(scope) as session:
        assert session.execute(NOW).one()._asdict() == scope.settings()


def test_the_next_transaction_of_a_connection_does_not_inherit_them() -> None:
    with db.engine.connect() as connection:
        with scoped(tenant_scope(ONE)):
            assert connection.execute(NOW).one().tenant == str(ONE)
        connection.rollback()
        assert connection.execute(NOW).one()._asdict() == Scope().settings()


@pytest.fixture
def all_dead(app: Flask) -> None:
    """Several connections lie in the pool, and the server has hung up on all but one."""
    with ExitStack() as stack:
        for _ in range(4):
            stack.enter_context(db.engine.connect()).execute(NOW)
    with transaction(platform_scope("tests")) as session:
        assert len(session.execute(KILL).all()) >= 3


@pytest.mark.usefixtures("all_dead")
def test_a_connection_that_died_in_the_pool_is_replaced_unseen() -> None:
    with ExitStack() as stack, scoped(tenant_scope(ONE)):
        for _ in range(4):
            session = stack.enter_context(Session(db.engine))
            assert session.execute(NOW).one().tenant == str(ONE)


class Dying:
    """A connection whose server says good-bye instead of an answer, and is not seen to be gone yet."""

    def __init__(self, driver: Any, says: bytes) -> None:
        self._driver, self._says, self.pgconn = driver, says, self

    status, transaction_status = ConnStatus.OK, TransactionStatus.IDLE

    def exec_(self, _statement: bytes) -> Any:
        return self._driver.pgconn.exec_(self._says)


@pytest.mark.parametrize(("code", "alive"), [("57P01", False), ("08006", False), ("53300", None)])
def test_a_good_bye_is_no_answer(code: str, alive: bool | None) -> None:
    says = f"DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{code}'; END $$".encode()
    with db.engine.connect() as connection:
        dying = Dying(connection.connection.driver_connection, says)
        if alive is None:
            with pytest.raises(OperationalError):
                _sent(dying, b"BEGIN")
        else:
            assert _sent(dying, b"BEGIN") is alive


def test_a_server_that_is_away_is_an_outage(app: Flask) -> None:
    engine = create_engine(driver_url(f"postgresql://nobody:x@127.0.0.1:{free_port()}/none"))
    install(engine)
    with pytest.raises(OperationalError) as refusal:
        engine.connect().execute(NOW)
    assert is_outage(refusal.value)


def test_a_server_that_goes_away_while_a_connection_lies_in_the_pool_is_an_outage(settings_url: str) -> None:
    """The first try finds the connection dead, the second one finds nobody there."""
    engine = create_engine(driver_url(settings_url))
    install(engine)
    with engine.connect() as connection:
        connection.execute(NOW)

        @event.listens_for(engine, "do_connect")
        def _gone(dialect: object, record: object, arguments: object, options: dict[str, object]) -> None:
            options["port"] = free_port()

        connection.rollback()
        _kill_own(connection)
        with pytest.raises(OperationalError) as refusal:
            connection.execute(NOW)
    assert is_outage(refusal.value)


def test_a_proxy_that_hangs_up_on_every_begin_is_an_outage(settings_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes connections whether or not there is a server behind it."""
    engine = create_engine(driver_url(settings_url))
    says = "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '08006'; END $$"
    monkeypatch.setattr(beginning, "_statement", lambda _scope: says.encode())
    install(engine)
    with pytest.raises(OperationalError) as refusal:
        engine.connect().execute(NOW)
    assert is_outage(refusal.value)


def test_a_begin_is_one_question(app: Flask) -> None:
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", _keep := lambda *given: asked.append(given[2]))
    try:
        with transaction(tenant_scope(ONE)) as session:
            session.execute(NOW)
    finally:
        event.remove(db.engine, "before_cursor_execute", _keep)
    assert asked == [str(NOW)]


@pytest.fixture
def settings_url(app: Flask) -> str:
    return str(app.extensions["aerostic"].settings.database_url)


def _kill_own(connection: Connection) -> None:
    """The server hangs up on this one connection, which does not notice."""
    pid = connection.connection.driver_connection.info.backend_pid  # type: ignore[union-attr]
    with transaction(platform_scope("tests")) as session:
        session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
