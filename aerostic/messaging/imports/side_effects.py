"""What comes with the rows of a chunk besides contacts: tags, consents, verdicts, and what is announced."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.db import emit_rows, new_id
from aerostic.messaging.contacts.consent import ConsentEntry, OptOut, add, record
from aerostic.messaging.contacts.tags import about_contacts
from aerostic.messaging.imports.refused_rows import weigh
from aerostic.messaging.imports.rows import Row
from aerostic.messaging.imports.verdicts import Refusal
from aerostic.messaging.imports.writing import Written
from aerostic.security.envelope import Place
from aerostic.security.vault import seal_json

ADD_TAGS = text("""
    INSERT INTO tag (id, tenant_id, name)
    SELECT n.id, :tenant, n.name FROM unnest(CAST(:ids AS uuid[]), CAST(:names AS text[])) AS n (id, name)
    ORDER BY n.name ON CONFLICT (tenant_id, name) DO NOTHING
""")
TAGS = text("SELECT name, id FROM tag WHERE tenant_id = :tenant AND name = ANY(:names)")
WEAR = text("""
    INSERT INTO contact_tag (tag_id, contact_id, tenant_id)
    SELECT n.tag, n.contact, :tenant
    FROM unnest(CAST(:tags AS uuid[]), CAST(:contacts AS uuid[])) AS n (tag, contact)
    ON CONFLICT (tag_id, contact_id) DO NOTHING RETURNING tag_id, contact_id
""")
VERDICTS = text("""
    INSERT INTO import_verdict (id, tenant_id, import_id, line, verdict, "column", row_sealed)
    SELECT n.id, :tenant, :import, n.line, n.verdict, n.col, n.row
    FROM unnest(CAST(:ids AS uuid[]), CAST(:lines AS bigint[]), CAST(:verdicts AS text[]), CAST(:columns AS text[]),
                CAST(:rows AS bytea[])) AS n (id, line, verdict, col, row)
""")
LONGEST_CELL = 2048


def tag(session: Session, tenant_id: UUID, rows: dict[UUID, Row]) -> None:
    """Make the contacts wear the tags of their rows; tags that do not exist come into being."""
    names = sorted({name for row in rows.values() for name in row.tags})
    if not names:
        return
    known = _tags(session, tenant_id, names)
    missing = [name for name in names if name not in known]
    if missing:
        session.execute(ADD_TAGS, {"tenant": tenant_id, "ids": [new_id() for _ in missing], "names": missing})
        known = _tags(session, tenant_id, names)
    pairs = sorted((known[name], contact) for contact, row in rows.items() for name in row.tags)
    values = {"tenant": tenant_id, "tags": [tag_id for tag_id, _ in pairs], "contacts": [c for _, c in pairs]}
    worn = defaultdict[UUID, list[UUID]](list)
    for tag_id, contact in session.execute(WEAR, values):
        worn[tag_id].append(contact)
    for tag_id, wearing in worn.items():
        emit_rows(session, about_contacts("contact.tagged", tenant_id, wearing, {"tag_id": str(tag_id)}))


def announce(session: Session, tenant_id: UUID, import_id: UUID, written: Written) -> None:
    """Tell which contacts came with a chunk, new ones apart from those that were known."""
    for new, rows in ((True, written.created), (False, written.updated)):
        data = {"import_id": str(import_id), "new": new}
        emit_rows(session, about_contacts("contact.imported", tenant_id, list(rows), data))


def consent(session: Session, tenant_id: UUID, written: Written) -> list[OptOut]:
    """Note what the rows say about consent. Returns opt-outs, for the hook after the commit."""
    # Grants of new contacts stand in their rows already: nothing is left to compare, suppress or announce.
    granted = {id_: row for id_, row in written.created.items() if row.consent == "granted"}
    add(session, tenant_id, _entries(granted))
    return record(session, tenant_id, _entries({k: v for k, v in written.taken.items() if k not in granted}))


def refuse(
    session: Session, tenant_id: UUID, import_id: UUID, refused: Sequence[tuple[int, list[str], Refusal]]
) -> None:
    """Keep the verdicts, each with its row sealed."""
    if not refused:
        return
    ids = [new_id() for _ in refused]
    rows = [
        seal_json(Place("import_verdict", "row", tenant_id, id_), {"cells": _kept(cells)})
        for id_, (_, cells, _) in zip(ids, refused, strict=True)
    ]
    session.execute(
        VERDICTS,
        {
            "tenant": tenant_id,
            "import": import_id,
            "ids": ids,
            "lines": [line for line, _, _ in refused],
            "verdicts": [refusal.code for _, _, refusal in refused],
            "columns": [refusal.column for _, _, refusal in refused],
            "rows": rows,
        },
    )
    weigh(session, tenant_id, import_id, sum(map(len, rows)))


def _kept(cells: list[str]) -> list[str]:
    """The cells of a refused row, overlong ones cut: they have to be written anew anyway."""
    return [cell[:LONGEST_CELL] for cell in cells[:256]]


def _entries(rows: dict[UUID, Row]) -> list[ConsentEntry]:
    return [
        ConsentEntry(id_, row.consent, row.consent_source, row.consent_at) for id_, row in rows.items() if row.consent
    ]


def _tags(session: Session, tenant_id: UUID, names: list[str]) -> dict[str, UUID]:
    found = session.execute(TAGS, {"tenant": tenant_id, "names": names})
    return {row.name: row.id for row in found}
