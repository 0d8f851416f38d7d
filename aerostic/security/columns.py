"""Encrypted columns for models: `phone = sealed(str)`.

A column type cannot see its row, so the pair is split: `Encrypted` is the column (it accepts only ciphertexts), and the
attribute made by `sealed()` seals on assignment and opens on first read, with table, column, tenant and row bound.
"""

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar, overload
from uuid import UUID

import orjson
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from aerostic.security.envelope import OVERHEAD, Place, Sealed, unseal_rows
from aerostic.security.errors import SealError
from aerostic.security.vault import keyring, open_json, open_text, seal_json, seal_text

T = TypeVar("T")
SUFFIX = "_sealed"


class Encrypted(TypeDecorator[bytes]):
    """A `BYTEA` column that refuses plain text."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        """Let only ciphertexts through to the database."""
        if value is None or isinstance(value, Sealed):
            return value
        raise SealError("Plain text on its way into an encrypted column: seal it first.")

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[bytes | None], Sealed | None]:
        """Mark what comes back, so that it can be written again unchanged. In place of the base's, which calls twice as much
        for each value."""
        return _marked


def _marked(value: bytes | None) -> Sealed | None:
    if value is None:
        return None
    if len(value) < OVERHEAD:
        raise SealError("Plain text found in an encrypted column.")
    return Sealed(value)


class sealed(Generic[T]):  # noqa: N801 - reads as a declaration in a model
    """A plain attribute over the encrypted column `<name>_sealed` of the same model.

    The model has `id` and, where a tenant owns it, `tenant_id`, both set before this attribute is.

    Args:
        kind: `str` or `dict` (any JSON value).
    """

    def __init__(self, kind: type[T]) -> None:
        self.json = kind is not str

    def __set_name__(self, owner: type, name: str) -> None:
        self.name, self.column = name, name + SUFFIX

    @overload
    def __get__(self, row: None, owner: type) -> "sealed[T]": ...
    @overload
    def __get__(self, row: Any, owner: type) -> T | None: ...
    def __get__(self, row: Any, owner: type) -> Any:
        if row is None:
            return self
        blob = getattr(row, self.column)
        if blob is None:
            return None
        place = place_of(row, self.name)
        return open_json(place, blob) if self.json else open_text(place, blob)

    def __set__(self, row: Any, value: T | None) -> None:
        seal: Any = seal_json if self.json else seal_text
        setattr(row, self.column, None if value is None else seal(place_of(row, self.name), value))


def place_of(row: Any, column: str) -> Place:
    """The place of one attribute of a model instance."""
    if row.id is None:
        raise SealError(f"{row.__tablename__}.{column}: the row needs its id before anything is sealed for it.")
    tenant = getattr(row, "tenant_id", None)
    if tenant is None and "tenant_id" in row.__table__.columns and not row.__table__.columns["tenant_id"].nullable:
        raise SealError(f"{row.__tablename__}.{column}: the row needs its tenant before anything is sealed for it.")
    return Place(row.__tablename__, column, tenant, row.id)


def open_rows(
    table: str, column: str, rows: Iterable[tuple[UUID | None, UUID, bytes | None]], *, json: bool = True
) -> list[Any]:
    """Open one sealed column of a Core result.

    Args:
        rows: tuples of tenant id, row id and ciphertext (None stays None).
        json: whether the values are JSON; else they are texts.
    """
    return unseal_rows(keyring(), table, column, rows, orjson.loads if json else bytes.decode)
