"""Reading a chain as it stands, in the order of its numbers."""

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from psycopg import sql
from sqlalchemy.orm import Session

from aerostic.audit.chain import chain_bytes

CHUNK = 2_000
# What the MAC is made over comes in one piece, by the driver's own cursor: fields and objects would take longer than MACs.
COLUMNS = sql.SQL(
    "SELECT seq, key_id, mac, previous || {}::bytea || int8send(seq) || uuid_send(id) || convert_to(body, 'UTF8')"
    " FROM audit_entry"
)
# Apart, since there is no index for `IS NOT DISTINCT FROM`.
OF_TENANT, OF_PLATFORM = sql.SQL("tenant_id = {}"), sql.SQL("tenant_id IS NULL")


class Entry(NamedTuple):
    """One entry in its parts."""

    id: UUID
    body: str


def entries(session: Session, tenant_id: UUID | None, after: int = 0) -> Iterator[tuple[int, str, bytes, bytes]]:
    """The entries of a chain behind a number, streamed: number, key's id, MAC, and the bytes that this is to be made over."""
    own = OF_TENANT.format(tenant_id) if tenant_id else OF_PLATFORM
    columns = COLUMNS.format(chain_bytes(tenant_id))
    query = sql.SQL("{} WHERE {} AND seq > {} ORDER BY seq").format(columns, own, after)
    connection: Any = session.connection().connection.driver_connection
    with connection.cursor("aerostic_audit", binary=True) as cursor:
        cursor.execute(query)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def parts(sealed: bytes) -> Entry:
    """Take apart what a MAC is made over."""
    return Entry(UUID(bytes=sealed[56:72]), sealed[72:].decode())
