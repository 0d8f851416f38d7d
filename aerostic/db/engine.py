"""The application's engine: URL, pool, and the refusal to run with more rights than it should have."""

from flask import Flask
from sqlalchemy import Engine, text

from aerostic.db.base import db
from aerostic.db.beginning import install
from aerostic.db.binary import install_binary

ROLE = text(
    "SELECT rolsuper OR rolbypassrls AS unbound,"
    " EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user) AS owner"
    " FROM pg_roles WHERE rolname = current_user"
)
# A server that is gone without a word is noticed within a minute.
PATIENCE = {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "tcp_user_timeout": 60_000}


class UnsafeRoleError(Exception):
    """The database role can see past row-level security."""


def driver_url(url: str) -> str:
    """`postgresql://...` with the driver we use."""
    scheme, _, rest = url.partition("://")
    if scheme not in ("postgres", "postgresql", "postgresql+psycopg") or not rest:
        raise ValueError("DATABASE_URL has to look like postgresql://user:password@host:5432/name")
    return f"postgresql+psycopg://{rest}"


def init_database(app: Flask, url: str) -> None:
    """Bind `db` to the application, with a scope at every transaction's begin."""
    app.config["SQLALCHEMY_DATABASE_URI"] = driver_url(url)
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {
        "pool_size": 10,
        "hide_parameters": True,
        "connect_args": {"prepare_threshold": 3, **PATIENCE},
    }
    db.init_app(app)
    with app.app_context():
        install(db.engine)
        install_binary(db.engine)


def check_role(engine: Engine) -> None:
    """Refuse a superuser, a role with BYPASSRLS and the owner of our tables: for them isolation does not hold.

    Raises:
        UnsafeRoleError: with what to do about it.
    """
    with engine.connect() as connection:
        role = connection.execute(ROLE).one()
    if role.unbound or role.owner:
        raise UnsafeRoleError(
            "DATABASE_URL uses a role that row-level security does not bind (superuser, BYPASSRLS or owner of the tables)."
            " Give the application a plain role, and the owner's URL in DATABASE_OWNER_URL for `aerostic migrate`."
        )
