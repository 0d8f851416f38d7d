"""Contacts as CSV: in columns that an import understands, safe to open in a spreadsheet.

Phones and addresses are shown in part to whom they are not meant in whole.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.contacts import audience
from aerostic.messaging.contacts.audience import AudienceSpec
from aerostic.messaging.contacts.short import short_email, short_phone
from aerostic.messaging.contacts.tags import names_of
from aerostic.messaging.models import Contact
from aerostic.messaging.spreadsheets import BOM, guarded, written

CHUNK = 1000
COLUMNS = ("phone", "name", "email", "locale", "tags", "country", "consent", "source", "added")
FIELD = "field:"


def header(columns: Sequence[str], *, mark: bool) -> bytes:
    """The first line: names of columns, custom fields by their own names."""
    line = written([[guarded(name.removeprefix(FIELD)) for name in columns]])
    return (BOM + line if mark else line).encode()


def pieces(tenant_id: UUID, spec: AudienceSpec, columns: Sequence[str], *, whole: bool, mark: bool) -> Iterator[bytes]:
    """The file, piece by piece, each read in a transaction of its own.

    Args:
        columns: of `COLUMNS`, or `field:<name>`.
        whole: whether phones and addresses may be seen.
        mark: whether the file begins with the mark of UTF-8 that spreadsheets look for.
    """
    yield header(columns, mark=mark)
    after: UUID | None = None
    while True:
        with transaction(tenant_scope(tenant_id)) as session:
            ids = audience.next_ids(session, tenant_id, spec, after=after, limit=CHUNK)
            piece = lines(session, tenant_id, ids, columns, whole=whole)
        if not ids:
            return
        yield piece
        after = ids[-1]


def lines(session: Session, tenant_id: UUID, ids: Sequence[UUID], columns: Sequence[str], *, whole: bool) -> bytes:
    """These contacts, a line each."""
    if not ids:
        return b""
    own = select(Contact).where(Contact.tenant_id == tenant_id, Contact.id.in_(ids)).order_by(Contact.id)
    tags = names_of(session, tenant_id, ids) if "tags" in columns else {}
    rows = []
    for contact in session.scalars(own):
        labels = ",".join(tag.name for tag in tags.get(contact.id, []))
        rows.append([guarded(_cell(contact, column, labels, whole)) for column in columns])
    return written(rows).encode()


def _cell(contact: Contact, column: str, labels: str, whole: bool) -> str:
    match column:
        case "phone":
            return _phone(contact.phone or "", whole)
        case "email":
            return _email(contact.email or "", whole)
        case "tags":
            return labels
        case "consent":
            return "" if contact.marketing == "unknown" else contact.marketing
        case "added":
            return contact.created_at.astimezone(UTC).isoformat(timespec="seconds")
        case "name" | "locale" | "country" | "source":
            return str(getattr(contact, column))
        case _:
            return str(contact.fields.get(column.removeprefix(FIELD), ""))


def _phone(e164: str, whole: bool) -> str:
    return e164 if whole or not e164 else short_phone(e164)


def _email(address: str, whole: bool) -> str:
    return address if whole or not address else short_email(address)
