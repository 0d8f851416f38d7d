"""The history of templates: each change of status, category or quality is kept, and announced."""

from collections.abc import Sequence
from typing import Literal, NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.db import Event, emit_rows
from aerostic.messaging.models import TemplateChange

What = Literal["status", "category", "quality"]
WATCHED: tuple[What, ...] = ("status", "category", "quality")


class Change(NamedTuple):
    """One thing about one template went from `old` to `new`. `reason` is the provider's code."""

    template_id: UUID
    what: What
    old: str
    new: str
    reason: str = ""


def remember(session: Session, tenant_id: UUID, changes: Sequence[Change]) -> None:
    """Write changes into the history and announce them with the session's transaction."""
    session.add_all(TemplateChange(tenant_id=tenant_id, **change._asdict()) for change in changes)
    emit_rows(session, [_event(tenant_id, change) for change in changes])


def _event(tenant_id: UUID, change: Change) -> Event:
    data = {"template_id": str(change.template_id), change.what: change.new, "previous": change.old}
    if change.what == "status":
        data["reason"] = change.reason
    return Event(f"template.{change.what}_changed", tenant_id, str(change.template_id), data)
