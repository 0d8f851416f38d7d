"""What a plugin does with one contact: `from aerostic.sdk import contacts`."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.messaging.contacts import tags
from aerostic.messaging.contacts.consent import OptOut, opt_in, opt_out
from aerostic.messaging.contacts.editing import ContactData, create, find_by_phone, update
from aerostic.messaging.contacts.emails import EmailError, clean_email
from aerostic.messaging.contacts.hooks import tell_when_committed
from aerostic.messaging.models import Contact, Tag

__all__ = [
    "ContactData",
    "EmailError",
    "OptOut",
    "clean_email",
    "create",
    "find_by_phone",
    "opt_in",
    "opt_out",
    "tag",
    "tell_when_committed",
    "untag",
    "update",
]


def tag(session: Session, contact: Contact, name: str) -> None:
    """Put a tag on a contact, made where there is none of the name."""
    tags.change(session, contact, [name])


def untag(session: Session, contact: Contact, name: str) -> None:
    """Take a tag off a contact; nothing happens where it does not wear one of the name."""
    own = select(Tag).where(Tag.tenant_id == contact.tenant_id, Tag.name == name)
    if found := session.scalar(own):
        tags.change(session, contact, [], [found])
