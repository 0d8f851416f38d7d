"""People who stop or resume marketing in the provider's own application."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.messaging.contacts.consent import OptOut
from aerostic.messaging.contacts.people import Person, find_or_create
from aerostic.messaging.contacts.preferences import apply_changes
from aerostic.messaging.contract import PreferenceChange


def apply_preferences(session: Session, tenant_id: UUID, changes: Sequence[PreferenceChange]) -> list[OptOut]:
    """Write the changes into the consent history. Returns who has opted out: for the tenant hook, after the commit."""
    if not changes:
        return []
    contacts = find_or_create(session, tenant_id, [Person(change.phone, change.user_id) for change in changes])
    return apply_changes(session, tenant_id, list(zip(contacts, changes, strict=True)))
