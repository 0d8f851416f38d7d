"""Where data keys are kept: the table `data_key`, over connections of its own.

A key may be needed while its reader holds a connection of the application's pool, and pools in which one waits for a second
connection lock up. So these are opened for the one question and closed, once an owner and minute.
"""

from collections.abc import Iterable
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Engine, NullPool, create_engine, select
from sqlalchemy.dialects.postgresql import insert

from aerostic.db import scoped, service_scope
from aerostic.db.beginning import install
from aerostic.db.engine import PATIENCE, driver_url
from aerostic.security.data_keys import StoredKey
from aerostic.security.models import DataKey
from aerostic.security.providers import Wrapped

SERVICE = service_scope("keys")


class KeyStore(Protocol):
    """Keeps wrapped keys."""

    def read(self, tenant_id: UUID | None) -> list[StoredKey]:
        """All keys of an owner."""
        ...

    def add(self, keys: Iterable[StoredKey]) -> None:
        """Keep first keys; where somebody else was quicker, theirs stay."""
        ...


class DatabaseStore:
    """The table of this database."""

    def __init__(self, url: str) -> None:
        options = {"prepare_threshold": None, **PATIENCE}
        self._engine: Engine = create_engine(
            driver_url(url), poolclass=NullPool, hide_parameters=True, connect_args=options
        )
        install(self._engine)

    def read(self, tenant_id: UUID | None) -> list[StoredKey]:
        """All keys of an owner, in one short transaction."""
        with scoped(SERVICE), self._engine.begin() as connection:
            rows = connection.execute(select(DataKey.__table__).where(DataKey.tenant_id == tenant_id)).all()
        return [key_of(row) for row in rows]

    def add(self, keys: Iterable[StoredKey]) -> None:
        """Keep first keys, in a transaction of its own: what others seal with them must not hang on ours."""
        rows = [row_of(key) for key in keys]
        with scoped(SERVICE), self._engine.begin() as connection:
            connection.execute(insert(DataKey).on_conflict_do_nothing(), rows)


def key_of(row: Any) -> StoredKey:
    """A row of the table, or its model, as a key."""
    wrapped = None if row.wrapped is None else Wrapped(row.kek_id, row.wrapped)
    return StoredKey(row.tenant_id, row.id, row.purpose, row.version, row.state, wrapped)


def row_of(key: StoredKey) -> dict[str, Any]:
    """The columns of a new key."""
    kek_id, blob = key.wrapped or (None, None)
    named = {"id": key.id, "tenant_id": key.tenant_id, "purpose": key.purpose, "version": key.version}
    return {**named, "state": key.state, "kek_id": kek_id, "wrapped": blob}
