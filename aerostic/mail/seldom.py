"""Mail that a workspace gets only every so often, whoever asks for it, and however many at once."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

# Who comes second waits for the first one's transaction to end, and then finds what that wrote, if it did.
CLAIM = text("""
    INSERT INTO mail_told AS t (tenant_id, kind, told_at) VALUES (:tenant, :kind, :now)
    ON CONFLICT (tenant_id, kind) DO UPDATE SET told_at = excluded.told_at WHERE t.told_at <= :before
    RETURNING tenant_id
""")


def claim(session: Session, tenant_id: UUID, kind: str, now: datetime, every: timedelta) -> bool:
    """Whether it is time for a mail again. It counts as written with the session's transaction, and not where that is undone.

    Args:
        kind: what the mail is about.
        now: the time.
        every: how long after one mail there is none.
    """
    asked = {"tenant": tenant_id, "kind": kind, "now": now, "before": now - every}
    return session.scalar(CLAIM, asked) is not None
