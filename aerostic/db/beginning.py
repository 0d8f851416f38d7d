"""How a transaction begins: with its scope, in one round trip, on a connection that is alive.

SQLAlchemy would ask a pooled connection first whether it still answers, psycopg would then send BEGIN, and the scope's settings
would be a third question. Sent together they are one, and it finds out about a dead connection just as well.
"""

from functools import lru_cache
from typing import Any

import psycopg
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.sql import SQL, Identifier, Literal
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from aerostic.db.scopes import Scope, current_scope

# SQLSTATE classes: connection exception, operator intervention other than a cancelled query
GOODBYES = ("08", "57P")
# More connections than a pool has; a proxy without a server behind it may take new ones, and hang up, for ever.
MOST = 50


def install(engine: Engine) -> None:
    """Make every transaction of `engine` begin with the current scope."""

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        begin(connection, current_scope())


def begin(connection: Connection, scope: Scope) -> None:
    """Begin a transaction under `scope`. Its settings end with it, so a pooled connection never carries one over.

    Raises:
        sqlalchemy.exc.OperationalError: the server cannot be reached.
    """
    for _ in range(MOST):
        if _sent(_driver(connection), _statement(scope)):
            return
        # It died while it lay in the pool, and perhaps others did; in the end a new one is made, or cannot be.
        connection.invalidate()
    raise OperationalError("BEGIN", None, psycopg.OperationalError("The server hangs up."), connection_invalidated=True)


def _driver(connection: Connection) -> Any:
    try:
        return connection.connection.driver_connection
    except psycopg.Error as error:
        raise OperationalError("BEGIN", None, error, connection_invalidated=True) from error


@lru_cache(maxsize=4096)
def _statement(scope: Scope) -> bytes:
    """What is unset is not set again: a setting that nobody made in this transaction reads as '' or NULL."""
    given = {name: value for name, value in scope.settings().items() if value}
    settings = (
        SQL("SET LOCAL {} = {}").format(Identifier("aerostic", name), Literal(value)) for name, value in given.items()
    )
    return SQL("; ").join((SQL("BEGIN"), *settings)).as_bytes(None)


def _sent(driver: Any, statement: bytes) -> bool:
    """Whether the connection was alive."""
    if driver.pgconn.transaction_status == TransactionStatus.INTRANS:
        raise RuntimeError("A connection came out of the pool in the middle of a transaction.")
    result = driver.pgconn.exec_(statement)
    if result.status == ExecStatus.COMMAND_OK:
        return True
    error = psycopg.errors.error_from_result(result)
    # The server's good-bye may be read before the connection is seen to be closed.
    if driver.pgconn.status != ConnStatus.OK or (error.sqlstate or "").startswith(GOODBYES):
        return False
    raise OperationalError("BEGIN", None, error) from error
