"""The tenant a request works in."""

from uuid import UUID

from flask import abort, g


def current_tenant() -> UUID:
    """The tenant of this request, as its session says; 404 where there is none."""
    tenant: UUID | None = getattr(g, "tenant_id", None)
    if tenant is None:
        abort(404)
    return tenant
