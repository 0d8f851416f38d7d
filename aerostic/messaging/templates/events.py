"""The provider's events about templates, applied as they come in."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session

from aerostic.messaging.contract import TemplateEvent
from aerostic.messaging.models import Template
from aerostic.messaging.templates.history import Change, remember
from aerostic.messaging.templates.syncing import lock_account


def apply_events(session: Session, tenant_id: UUID, account_id: UUID, events: Sequence[TemplateEvent]) -> int:
    """Note what events say, in their order. Returns how many of them changed something.

    An event about a template we do not have is left to the next sync; one that says what we know changes nothing.

    Raises:
        LookupError: the tenant has no such account.
    """
    if not events:
        return 0
    lock_account(session, tenant_id, account_id)
    templates = _templates(session, tenant_id, account_id, events)
    changes = []
    for event in events:
        template = templates.get(event.external_id) or templates.get((event.name, event.language))
        if template is None or getattr(template, event.what) == event.new:
            continue
        changes.append(Change(template.id, event.what, getattr(template, event.what), event.new, event.reason))
        setattr(template, event.what, event.new)
        if event.what == "status":
            template.reason = event.reason
    remember(session, tenant_id, changes)
    return len(changes)


def _templates(
    session: Session, tenant_id: UUID, account_id: UUID, events: Sequence[TemplateEvent]
) -> dict[str | tuple[str, str], Template]:
    """Those that the events are about, by the provider's id and by name and language."""
    named = tuple_(Template.name, Template.language).in_([(event.name, event.language) for event in events])
    identified = Template.external_id.in_([event.external_id for event in events if event.external_id])
    query = select(Template).where(
        Template.tenant_id == tenant_id, Template.account_id == account_id, or_(named, identified)
    )
    found: dict[str | tuple[str, str], Template] = {}
    for template in session.scalars(query.execution_options(populate_existing=True)):
        found[template.external_id] = found[template.name, template.language] = template
    return found
