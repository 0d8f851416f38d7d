"""Telling a server that is away from a handler that is wrong: the one is waited for, the other is given up on."""

from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from aerostic.streams.bus import BusError

# SQLSTATE classes: connection exception, insufficient resources, operator intervention other than a cancelled query
CLASSES = ("08", "53", "57P")
CONFLICTS = ("40001", "40P01")  # serialization failure, deadlock


def is_outage(error: BaseException) -> bool:
    """Whether PostgreSQL, Redis or the bus was out of reach, so that trying the same later will help."""
    if isinstance(error, RedisConnectionError | RedisTimeoutError | BusError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        return isinstance(error, OperationalError | InterfaceError)
    return str(state).startswith(CLASSES)


def is_passing(error: BaseException) -> bool:
    """Whether trying the same again will help: a server was away, or another transaction in the way."""
    return is_outage(error) or (isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in CONFLICTS)
