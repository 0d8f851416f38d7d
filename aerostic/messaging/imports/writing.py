"""Writing a chunk of rows into the database: a handful of statements, whatever the number of rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.db import new_id
from aerostic.messaging.contacts.identifiers import email_index, phone_index
from aerostic.messaging.imports.rows import Row
from aerostic.messaging.imports.verdicts import Refusal
from aerostic.messaging.rights.erasing import erased_since
from aerostic.security.envelope import Place
from aerostic.security.vault import seal_text

KNOWN = text("""
    SELECT phone_index, id FROM contact WHERE tenant_id = :tenant AND phone_index = ANY(:indexes)
    ORDER BY phone_index FOR UPDATE
""")
# A statement of its own: as a part of the one above, it is planned as a scan of all that the import has brought so far.
HERE = text("SELECT contact_id FROM imported_contact WHERE import_id = :import AND contact_id = ANY(:ids)")
SUPPRESSED = text("SELECT phone_index FROM suppression WHERE tenant_id = :tenant AND phone_index = ANY(:indexes)")
_DATA = """
    unnest(CAST(:ids AS uuid[]), CAST(:phones AS bytea[]), CAST(:indexes AS bytea[]), CAST(:emails AS bytea[]),
           CAST(:email_indexes AS bytea[]), CAST(:names AS text[]), CAST(:countries AS text[]),
           CAST(:locales AS text[]), CAST(:fields AS jsonb[]), CAST(:states AS text[]))
    AS n (id, phone, phone_index, email, email_index, name, country, locale, fields, state)
"""
INSERT = text(f"""
    INSERT INTO contact (id, tenant_id, phone_sealed, phone_index, email_sealed, email_index, name, country, locale,
                         fields, marketing, source, created_at, updated_at)
    SELECT n.id, :tenant, n.phone, n.phone_index, n.email, n.email_index, n.name, n.country, n.locale, n.fields,
           n.state, 'import', now(), now()
    FROM {_DATA} ORDER BY n.phone_index
    ON CONFLICT (tenant_id, phone_index) DO NOTHING
    RETURNING id
""")
UPDATE = text(f"""
    UPDATE contact c SET
        email_sealed = COALESCE(n.email, c.email_sealed), email_index = COALESCE(n.email_index, c.email_index),
        name = COALESCE(NULLIF(n.name, ''), c.name), locale = COALESCE(NULLIF(n.locale, ''), c.locale),
        fields = c.fields || n.fields, updated_at = now()
    FROM {_DATA} WHERE c.tenant_id = :tenant AND c.id = n.id
""")
MARK = text("""
    INSERT INTO imported_contact (import_id, contact_id, tenant_id, line)
    SELECT :import, n.id, :tenant, n.line FROM unnest(CAST(:ids AS uuid[]), CAST(:lines AS bigint[])) AS n (id, line)
""")


@dataclass(slots=True)
class Written:
    """What became of the rows of a chunk."""

    created: dict[UUID, Row] = field(default_factory=dict)
    updated: dict[UUID, Row] = field(default_factory=dict)
    refused: list[tuple[int, list[str], Refusal]] = field(default_factory=list)

    @property
    def taken(self) -> dict[UUID, Row]:
        """Rows by contact."""
        return {**self.created, **self.updated}


def write(session: Session, tenant_id: UUID, import_id: UUID, rows: Sequence[Row], phone_column: str) -> Written:
    """Add or change the contacts of these rows, except for those that the file, an opt-out or an erasure speaks against.

    Args:
        phone_column: the header to name in verdicts.
    """
    written = Written()
    if not rows:
        return written
    unique = _first_of_each(tenant_id, rows, written, phone_column)
    for index in erased_since(session, tenant_id, list(unique), import_id):
        # The verdict is kept without the row: it would be another trace of the person.
        written.refused.append((unique.pop(index).line, [], Refusal("erased", phone_column)))
    values = {"tenant": tenant_id, "import": import_id, "indexes": list(unique)}
    suppressed = {bytes(index) for index in session.scalars(SUPPRESSED, values)}
    for index in [i for i in suppressed if unique[i].consent == "granted"]:
        _refuse(written, unique.pop(index), "suppressed", phone_column)
    known = _known(session, values)
    new = {index: row for index, row in unique.items() if index not in known}
    written.created = _insert(session, tenant_id, new)
    if len(written.created) < len(new):  # somebody else wrote some of these people at the same moment
        known = _known(session, values)
    made = {row.line for row in written.created.values()}
    old = {known[index]: row for index, row in unique.items() if row.line not in made}
    here = set(session.scalars(HERE, {"import": import_id, "ids": list(old)})) if old else set()
    for contact_id in here:
        _refuse(written, old.pop(contact_id), "duplicate_in_file", phone_column)
    written.updated = old
    _update(session, tenant_id, written.updated)
    _mark(session, tenant_id, import_id, written.taken)
    return written


def _first_of_each(tenant_id: UUID, rows: Sequence[Row], written: Written, phone_column: str) -> dict[bytes, Row]:
    """Rows by phone; of those with the same phone, the first."""
    unique: dict[bytes, Row] = {}
    for row in rows:
        if unique.setdefault(phone_index(tenant_id, row.phone), row) is not row:
            _refuse(written, row, "duplicate_in_file", phone_column)
    return unique


def _refuse(written: Written, row: Row, code: str, column: str) -> None:
    written.refused.append((row.line, row.cells, Refusal(code, column)))


def _known(session: Session, values: dict[str, object]) -> dict[bytes, UUID]:
    return {bytes(found.phone_index): found.id for found in session.execute(KNOWN, values)}


def _insert(session: Session, tenant_id: UUID, new: dict[bytes, Row]) -> dict[UUID, Row]:
    rows = {new_id(): row for row in new.values()}
    if not rows:
        return {}
    values = _columns(tenant_id, rows) | {
        "phones": [seal_text(Place("contact", "phone", tenant_id, id_), row.phone) for id_, row in rows.items()],
        "indexes": list(new),
        # A withdrawal is set by the consent history, which also suppresses and announces it.
        "states": ["granted" if row.consent == "granted" else "unknown" for row in rows.values()],
    }
    return {id_: rows[id_] for id_ in session.scalars(INSERT, values)}


def _update(session: Session, tenant_id: UUID, rows: dict[UUID, Row]) -> None:
    if rows:
        nothing = [None] * len(rows)
        values = _columns(tenant_id, rows) | {"phones": nothing, "indexes": nothing, "states": nothing}
        session.execute(UPDATE, values)


def _mark(session: Session, tenant_id: UUID, import_id: UUID, rows: dict[UUID, Row]) -> None:
    lines = [row.line for row in rows.values()]
    session.execute(MARK, {"tenant": tenant_id, "import": import_id, "ids": list(rows), "lines": lines})


def _columns(tenant_id: UUID, rows: dict[UUID, Row]) -> dict[str, object]:
    return {
        "tenant": tenant_id,
        "ids": list(rows),
        "emails": [
            seal_text(Place("contact", "email", tenant_id, id_), row.email) if row.email else None
            for id_, row in rows.items()
        ],
        "email_indexes": [email_index(tenant_id, row.email) if row.email else None for row in rows.values()],
        "names": [row.name for row in rows.values()],
        "countries": [row.country for row in rows.values()],
        "locales": [row.locale for row in rows.values()],
        "fields": [orjson.dumps(row.fields).decode() for row in rows.values()],
    }
