"""The custom fields that a tenant's contacts have."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

# A million contacts take seconds to look through; what is in use shows among the newest.
NEWEST = 2000
NAMES = text("""
    SELECT DISTINCT jsonb_object_keys(fields) FROM (
        SELECT fields FROM contact WHERE tenant_id = :tenant ORDER BY created_at DESC, id DESC LIMIT :newest) AS newest
    ORDER BY 1 LIMIT 100
""")


def field_names(session: Session, tenant_id: UUID) -> list[str]:
    """The names of custom fields that the newest contacts have, in order."""
    return list(session.scalars(NAMES, {"tenant": tenant_id, "newest": NEWEST}))
