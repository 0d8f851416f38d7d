"""Refused rows, kept for the file of errors as long as the tenant keeps them: what they weigh is metered."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func
from sqlalchemy.orm import Session

from aerostic.messaging.models import ImportVerdict
from aerostic.streams.metering import stored_more


def weigh(session: Session, tenant_id: UUID, import_id: UUID, change: int) -> None:
    """Meter that rows of an import were added, or, less than nothing, removed: bytes as sealed."""
    stored_more(session, tenant_id, f"refused:{import_id}", change)


def remove_rows(session: Session, tenant_id: UUID, ids: Sequence[UUID]) -> None:
    """Remove refused rows."""
    gone = (
        delete(ImportVerdict)
        .where(ImportVerdict.tenant_id == tenant_id, ImportVerdict.id.in_(ids))
        .returning(ImportVerdict.import_id, func.octet_length(ImportVerdict.row_sealed))
    )
    weights = Counter[UUID]()
    for import_id, size in session.execute(gone):
        weights[import_id] += size
    for import_id, size in sorted(weights.items()):
        weigh(session, tenant_id, import_id, -size)
