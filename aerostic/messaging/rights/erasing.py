"""Erasing one person: everything that says who it is, in one transaction; their traces elsewhere by work that follows.

Others may write of the same person at the same moment. Plugins' rows go first and the contact is locked next, in the order in
which launches and imports take them. Whoever comes later finds no contact: a message that comes in makes a new one, an import
that had begun before leaves the row out (`erased_since`), and messages under way are settled without contents.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from aerostic.audit import Act, record_sealed
from aerostic.db import new_id
from aerostic.jobs import work as jobs
from aerostic.jobs.models import Work
from aerostic.messaging.models import Contact, ContactErasure, ContactIdentifier, Conversation, Message, Suppression
from aerostic.messaging.outbound.batches import cancel_planned
from aerostic.messaging.rights.forgetting import forget_contacts, forget_conversations
from aerostic.messaging.rights.traces import KIND
from aerostic.registry import runtime
from aerostic.tenancy.plugins import view_for

# What follows the colon is somebody's words.
WORDLESS = text(
    "UPDATE suppression SET source = split_part(source, ':', 1) WHERE tenant_id = :tenant AND phone_index = :phone"
)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What an erasure will do: how many messages lose what they said, how many of those are planned and are given up, how
    many conversations go, and whether it will be kept that the person wants no messages."""

    messages: int
    planned: int
    conversations: int
    opted_out: bool


def outlook(session: Session, contact: Contact) -> Outlook:
    """See `Outlook`."""
    own = (Message.tenant_id == contact.tenant_id, Message.contact_id == contact.id)
    planned = func.count().filter(Message.state == "planned")
    row = session.execute(select(func.count(), planned).select_from(Message).where(*own)).one()
    talks = (Conversation.tenant_id == contact.tenant_id, Conversation.contact_id == contact.id)
    conversations = session.scalar(select(func.count()).select_from(Conversation).where(*talks)) or 0
    kept = select(Suppression.id).where(
        Suppression.tenant_id == contact.tenant_id, Suppression.phone_index == contact.phone_index
    )
    opted_out = contact.phone_index is not None and session.scalar(kept.limit(1)) is not None
    return Outlook(row[0], row[1], conversations, opted_out)


def erase(session: Session, tenant_id: UUID, contact_id: UUID, *, reason: str, user_id: UUID | None = None) -> Work:
    """Erase a contact. It comes last in its transaction; once that is committed, the caller enqueues the work that is returned.

    Args:
        reason: why, as the person who asks for it says; it is kept in the audit log, so it must not name the person.

    Raises:
        LookupError: the tenant has no such contact.
        HookError: a plugin could not erase what it holds; then nothing is erased.
    """
    view_for(session, tenant_id).contact_erased(tenant_id, contact_id, session)
    own = (Contact.tenant_id == tenant_id, Contact.id == contact_id)
    contact = session.scalar(select(Contact).where(*own).with_for_update())
    if contact is None:
        raise LookupError("no such contact")
    expected = outlook(session, contact)
    cancelled = cancel_planned(session, tenant_id, contact_id, "all")
    erasure = _erasure(session, contact)
    messages = forget_contacts(session, tenant_id, [contact_id])
    talks = select(Conversation.id).where(Conversation.tenant_id == tenant_id, Conversation.contact_id == contact_id)
    messages += forget_conversations(session, tenant_id, session.scalars(talks).all())
    for holder in runtime().holders:
        holder.erase(session, tenant_id, [contact_id])
    session.execute(WORDLESS, {"tenant": tenant_id, "phone": contact.phone_index})
    session.execute(delete(Contact).where(*own))
    work = jobs.ask(session, tenant_id, KIND, {"erasure_id": str(erasure.id)}, user_id=user_id)
    done = {"messages": messages, "planned_messages": cancelled, "conversations": expected.conversations}
    record_sealed(session, Act(tenant_id, "contact.erased", f"contact:{contact_id}", after=done, reason=reason))
    return work


def erased_since(session: Session, tenant_id: UUID, phones: list[bytes], since: UUID) -> set[bytes]:
    """Which of these digests of phones are those of persons who were erased after something was made (ids sort by their
    time): it must not bring them back."""
    own = (ContactErasure.tenant_id == tenant_id, ContactErasure.phone_index.in_(phones))
    found = session.scalars(select(ContactErasure.phone_index).where(*own, ContactErasure.id > since))
    return {bytes(index) for index in found if index}


def _erasure(session: Session, contact: Contact) -> ContactErasure:
    names = select(ContactIdentifier).where(
        ContactIdentifier.tenant_id == contact.tenant_id, ContactIdentifier.contact_id == contact.id
    )
    sought = {
        "phone": contact.phone or "",
        "email": contact.email or "",
        "name": contact.name,
        "names": [row.value for row in session.scalars(names)],
    }
    erasure = ContactErasure(
        tenant_id=contact.tenant_id, id=new_id(), contact_id=contact.id, phone_index=contact.phone_index, sought=sought
    )
    session.add(erasure)
    session.flush()
    return erasure
