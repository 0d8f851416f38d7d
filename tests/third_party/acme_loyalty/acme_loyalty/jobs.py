"""Forgetting old points."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete

from aerostic.sdk import load_settings, tenant_scope, transaction, utcnow

from .models import Points


def forget(tenant_id: UUID) -> None:
    """Remove what is older than the tenant wants to keep."""
    with transaction(tenant_scope(tenant_id)) as session:
        days = load_settings(session, tenant_id, "loyalty").keep_days
        session.execute(delete(Points).where(Points.at < utcnow() - timedelta(days=days)))
