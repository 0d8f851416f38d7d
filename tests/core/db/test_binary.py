"""Results with bytes in them come in binary, and nobody can tell by their values."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from psycopg.pq import Format
from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Executable,
    LargeBinary,
    Numeric,
    Text,
    Uuid,
    cast,
    literal,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from aerostic.db import db, new_id
from aerostic.messaging.models import Contact

BYTES = bytes(range(256))
OURS = text(
    "SELECT DISTINCT atttypid::int AS oid, atttypid::regtype::text AS name"
    " FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid"
    " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped"
)


def format_of(statement: Executable) -> Format:
    with db.engine.connect() as connection:
        return Format(connection.execute(statement).cursor.pgresult.fformat(0))  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (select(literal(BYTES, LargeBinary())), Format.BINARY),
        (select(Contact), Format.BINARY),
        (select(Contact.id, Contact.phone_sealed), Format.BINARY),
        (select(Contact.id, Contact.name), Format.TEXT),
        (text("SELECT 'infinity'::timestamptz::text"), Format.TEXT),
    ],
)
def test_only_statements_that_select_bytes_are_answered_in_binary(
    app: Flask, statement: Executable, expected: Format
) -> None:
    assert [format_of(statement), format_of(statement)] == [expected, expected]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (LargeBinary(), BYTES),
        (Uuid(), new_id()),
        (BigInteger(), -(2**62)),
        (Boolean(), True),
        (Text(), "Ünïcödé ٠١٢ 👩‍👩‍👧"),
        (DateTime(timezone=True), datetime(2026, 11, 26, 12, 30, 15, 123456, tzinfo=UTC)),
        (Date(), date(2026, 11, 26)),
        (Numeric(18, 8), Decimal("1234567.12340000")),
        (JSONB(), {"a": [1, 2.5, None, "ü"]}),
        (ARRAY(Text()), ["a", "b,c", ""]),
    ],
)
def test_a_value_is_the_same_in_both(app: Flask, kind: Any, value: Any) -> None:
    column = cast(literal(value, kind), kind)
    with db.engine.connect() as connection:
        in_text = connection.execute(select(column)).one()[0]
        in_binary = connection.execute(select(column, literal(BYTES, LargeBinary()))).one()[0]
    assert (in_text, in_binary, type(in_binary)) == (value, value, type(in_text))


def test_every_type_of_our_tables_is_one_that_is_read_in_binary(app: Flask) -> None:
    with db.engine.connect() as connection:
        adapters = connection.connection.driver_connection.adapters  # type: ignore[union-attr]
        found = connection.execute(OURS).all()
        assert [name for oid, name in found if adapters.get_loader(oid, Format.BINARY) is None] == []
    assert len(found) > 8
