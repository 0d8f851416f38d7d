"""Reading a chain as it stands, in the order of its numbers."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from psycopg import sql
from sqlalchemy.orm import Session

CHUNK = 5_000
# Plain bytes by the driver's own cursor: objects would take longer than all the rest.
COLUMNS = sql.SQL("SELECT seq, uuid_send(id), key_id, previous, mac, convert_to(body, 'UTF8') FROM audit_entry")
# Apart, since there is no index for `IS NOT DISTINCT FROM`.
OF_TENANT, OF_PLATFORM = sql.SQL("tenant_id = {}"), sql.SQL("tenant_id IS NULL")


def entries(session: Session, tenant_id: UUID | None, after: int = 0) -> Iterator[tuple[Any, ...]]:
    """The entries of a chain behind a number, streamed: number, id, key's id, MAC before, MAC and body, all in bytes."""
    own = OF_TENANT.format(tenant_id) if tenant_id else OF_PLATFORM
    query = sql.SQL("{} WHERE {} AND seq > {} ORDER BY seq").format(COLUMNS, own, after)
    connection: Any = session.connection().connection.driver_connection
    with connection.cursor("aerostic_audit", binary=True) as cursor:
        cursor.itersize = CHUNK
        yield from cursor.execute(query)
