"""What could not be used: rows of imports, and webhooks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from aerostic.messaging.imports.refused_rows import remove_rows
from aerostic.messaging.models import ContactImport, ImportVerdict, WebhookRejection
from aerostic.messaging.rights.retention.counting import bounded
from aerostic.registry import RetentionStep

CHUNK = 5_000


def count_rows(session: Session, tenant_id: UUID, before: datetime) -> int:
    """Refused rows that would go."""
    return bounded(session, _rows(tenant_id, before))


def remove_some_rows(session: Session, tenant_id: UUID, before: datetime, place: dict[str, Any]) -> RetentionStep:
    """Remove refused rows of old imports; what became of the others stays with the import."""
    ids = list(session.scalars(_rows(tenant_id, before).limit(CHUNK)))
    remove_rows(session, tenant_id, ids)
    return RetentionStep(len(ids), place, more=len(ids) == CHUNK)


def count_webhooks(session: Session, tenant_id: UUID, before: datetime) -> int:
    """Rejected webhooks that would go."""
    return bounded(session, _webhooks(tenant_id, before))


def remove_some_webhooks(session: Session, tenant_id: UUID, before: datetime, place: dict[str, Any]) -> RetentionStep:
    """Remove old rejected webhooks."""
    ids = list(session.scalars(_webhooks(tenant_id, before).limit(CHUNK)))
    session.execute(delete(WebhookRejection).where(WebhookRejection.id.in_(ids)))
    return RetentionStep(len(ids), place, more=len(ids) == CHUNK)


def _rows(tenant_id: UUID, before: datetime) -> Select[Any]:
    old = (ContactImport.tenant_id == tenant_id, ContactImport.finished_at < before)
    ended = select(ContactImport.id).where(*old)
    return select(ImportVerdict.id).where(ImportVerdict.tenant_id == tenant_id, ImportVerdict.import_id.in_(ended))


def _webhooks(tenant_id: UUID, before: datetime) -> Select[Any]:
    return select(WebhookRejection.id).where(
        WebhookRejection.tenant_id == tenant_id, WebhookRejection.created_at < before
    )
