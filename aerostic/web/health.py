"""Whether this process lives (`/healthz`) and whether it can do its work (`/readyz`), for supervisors and load balancers.

Both answer on every host, without a session, and name no address, user or exception text.
"""

from collections.abc import Callable
from pathlib import Path

from flask import Flask, Response, jsonify
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from aerostic.db import db
from aerostic.db.engine import UnsafeRoleError, check_role
from aerostic.registry.runtime import Runtime, runtime
from aerostic.security.logs import get_logger

SECONDS = 3  # a server that takes longer to answer is not ready
log = get_logger(__name__)


class NotReadyError(Exception):
    """A check failed; the text says what to do."""


def init_health(app: Flask) -> None:
    """Mount `/healthz` and `/readyz`."""
    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/readyz", "readyz", readyz)


def healthz() -> Response:
    """200 as long as the process answers at all."""
    return _answer({"status": "alive"}, 200)


def readyz() -> Response:
    """200 when every check passes, else 503; each check with `ok` and what to do."""
    ours = runtime()
    checks = {name: _run(name, check, ours) for name, check in CHECKS.items()}
    ready = all(check["ok"] for check in checks.values())
    return _answer({"status": "ready" if ready else "not ready", "checks": checks}, 200 if ready else 503)


def check_database(ours: Runtime) -> None:
    """The database answers, and row-level security binds our role."""
    try:
        check_role(db.engine)
    except UnsafeRoleError as error:
        raise NotReadyError(str(error)) from error
    except SQLAlchemyError as error:
        raise NotReadyError(
            "PostgreSQL does not answer: start it, and compare DATABASE_URL with where it runs."
        ) from error


def check_migrations(ours: Runtime) -> None:
    """The core's tables and every plugin's are those this code was written for."""
    # Alembic is loaded where it is asked for: workers start sooner without it.
    from aerostic.db.migrate import positions

    url = make_url(ours.settings.database_url)
    patient = url.query.get("connect_timeout") or str(SECONDS)
    url = url.update_query_dict({"connect_timeout": patient})
    folders = {name: Path(module.__path__[0]) / "migrations" for name, module in ours.registry.modules.items()}
    try:
        behind = [p for p in positions(url.render_as_string(hide_password=False), folders) if p.current != p.head]
    except SQLAlchemyError as error:
        raise NotReadyError("PostgreSQL does not say which migrations it has: see the check `database`.") from error
    if behind:
        where = "; ".join(f"{p.stream} is at {p.current or 'nothing'} and needs {p.head}" for p in behind)
        raise NotReadyError(f"{where}. Run `aerostic migrate` with this version's code.")


def check_redis(ours: Runtime) -> None:
    """Redis or Valkey answers. Asked over a connection of its own: the shared client would retry for long."""
    limits = {"socket_timeout": SECONDS, "socket_connect_timeout": SECONDS, "retry": Retry(NoBackoff(), 0)}
    try:
        with Redis.from_url(ours.settings.redis_url, **limits) as client:
            client.ping()
    except (RedisError, ValueError) as error:
        raise NotReadyError("Redis does not answer: start it, and compare REDIS_URL with where it runs.") from error


CHECKS: dict[str, Callable[[Runtime], None]] = {
    "database": check_database,
    "migrations": check_migrations,
    "redis": check_redis,
}


def _run(name: str, check: Callable[[Runtime], None], ours: Runtime) -> dict[str, object]:
    try:
        check(ours)
    except NotReadyError as error:
        cause = type(error.__cause__).__name__ if error.__cause__ else ""
        log.warning("not ready", check=name, cause=cause, advice=str(error))
        return {"ok": False, "message": str(error)}
    return {"ok": True}


def _answer(body: dict[str, object], status: int) -> Response:
    response = jsonify(body)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response
