"""What a tenant stores, as tests look at it: what was announced of it, and where it lies."""

from uuid import UUID

from sqlalchemy import text

from aerostic.db import service_scope, tenant_scope, transaction


def announced_storage(tenant_id: UUID) -> list[int]:
    """The changes of storage that wait in the outbox, in order."""
    query = text(
        "SELECT (data->>'amount')::bigint FROM outbox"
        " WHERE tenant_id = :tenant AND type = 'usage.metered' AND data->>'kind' = 'storage' ORDER BY position"
    )
    with transaction(service_scope("relay")) as session:
        return list(session.scalars(query, {"tenant": tenant_id}))


def places(tenant_id: UUID) -> dict[str, int]:
    """Bytes by place."""
    with transaction(tenant_scope(tenant_id)) as session:
        rows = session.execute(text("SELECT place, bytes FROM stored_place WHERE tenant_id = :own"), {"own": tenant_id})
        return {row.place: row.bytes for row in rows}
