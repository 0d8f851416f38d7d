"""Results with bytes in them arrive in PostgreSQL's binary format. As text, each byte is sent as two letters and read back."""

from typing import Any
from weakref import WeakKeyDictionary

from psycopg.pq import Format
from sqlalchemy import Connection, Engine, LargeBinary, event
from sqlalchemy.engine.interfaces import Compiled
from sqlalchemy.types import TypeDecorator, TypeEngine

# The engine compiles a statement once and keeps it, so its columns are looked at once.
_with_bytes: WeakKeyDictionary[Compiled, bool] = WeakKeyDictionary()


def install_binary(engine: Engine) -> None:
    """Fetch in binary what a statement of `engine` selects, where one of its columns is of bytes.

    Everything else stays text: of a type that psycopg does not know, that is readable, and its binary form is not.
    """

    @event.listens_for(engine, "before_cursor_execute")
    def _format(_on: Connection, cursor: Any, _sql: str, _values: Any, context: Any, _many: bool) -> None:
        if context.result_column_struct and _has_bytes(context):
            cursor.format = Format.BINARY


def _has_bytes(context: Any) -> bool:
    found = _with_bytes.get(context.compiled)
    if found is None:
        found = any(_is_bytes(column.type) for column in context.result_column_struct[0])
        _with_bytes[context.compiled] = found
    return found


def _is_bytes(kind: TypeEngine[Any]) -> bool:
    return isinstance(kind.impl if isinstance(kind, TypeDecorator) else kind, LargeBinary)
