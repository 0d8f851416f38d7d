"""What the database is told."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from aerostic.db import db


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that the application sends within the block."""
    told: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        told.append(statement.lstrip())

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield told
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
