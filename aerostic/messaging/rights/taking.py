"""Everything that is kept of one contact, as one JSON document: what a person has a right to see and to take along.

It is written piece by piece, messages last, each piece read in a transaction of its own, so that a history of any length needs
little memory.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from aerostic.audit import Act, record_sealed
from aerostic.billing.models import Charge
from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.identity.models import User
from aerostic.messaging.conversations.rendering import bodies
from aerostic.messaging.models import (
    ChannelNumber,
    Consent,
    Contact,
    ContactIdentifier,
    ContactImport,
    ContactTag,
    Conversation,
    ImportedContact,
    Message,
    Suppression,
    Tag,
)
from aerostic.registry import PersonData, runtime
from aerostic.tenancy.models import Tenant
from aerostic.tenancy.plugins import view_for

CHUNK = 500
MOMENTS = (
    "created_at",
    "sending_at",
    "accepted_at",
    "sent_at",
    "delivered_at",
    "read_at",
    "failed_at",
)
CONTACT = (
    "id",
    "phone",
    "email",
    "name",
    "country",
    "locale",
    "fields",
    "marketing",
    "source",
    "created_at",
    "updated_at",
)


def pieces(tenant_id: UUID, contact_id: UUID) -> Iterator[bytes]:
    """The document, in pieces. What plugins hold is asked for before the first: an error leaves no half a file.

    Raises:
        LookupError: the tenant has no such contact.
        HookError: a plugin cannot tell what it holds.
    """
    with transaction(tenant_scope(tenant_id)) as session:
        contact = session.scalar(select(Contact).where(Contact.tenant_id == tenant_id, Contact.id == contact_id))
        if contact is None:
            raise LookupError("no such contact")
        known = _known(session, contact)
        view = view_for(session, tenant_id)
    known |= _by_name([one for holder in runtime().holders for one in holder.data(tenant_id, contact_id)])
    known["plugins"] = _by_name(view.contact_data(tenant_id, contact_id))
    return _written(tenant_id, contact_id, known)


def note_taken(tenant_id: UUID, contact_id: UUID) -> None:
    """Put it into the audit log that somebody takes the document along. Comes before the first piece.

    Raises:
        LookupError: the tenant has no such contact.
    """
    with transaction(tenant_scope(tenant_id)) as session:
        own = select(Contact.id).where(Contact.tenant_id == tenant_id, Contact.id == contact_id)
        if session.scalar(own) is None:
            raise LookupError("no such contact")
        record_sealed(session, Act(tenant_id, "contact.data_taken", f"contact:{contact_id}"))


def _written(tenant_id: UUID, contact_id: UUID, known: dict[str, Any]) -> Iterator[bytes]:
    yield orjson.dumps(known)[:-1] + b',"messages":['
    after, between = UUID(int=0), b""
    while True:
        with transaction(tenant_scope(tenant_id)) as session:
            rows = _messages(session, tenant_id, contact_id, after)
        for row in rows:
            yield between + orjson.dumps(row)
            between = b","
        if len(rows) < CHUNK:
            break
        after = UUID(str(rows[-1]["id"]))
    yield b"]}\n"


def _known(session: Session, contact: Contact) -> dict[str, Any]:
    return {
        "made_at": utcnow(),
        "workspace": session.scalar(select(Tenant.name).where(Tenant.id == contact.tenant_id)),
        "contact": {name: getattr(contact, name) for name in CONTACT},
        "identifiers": _identifiers(session, contact),
        "tags": _rows(session, _tags(contact)),
        "consents": _rows(session, _consents(contact)),
        "suppressions": _rows(session, _suppressions(contact)),
        "imports": _rows(session, _imports(contact)),
        "conversations": _rows(session, _conversations(contact)),
    }


def _rows(session: Session, query: Select[*tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [dict(row) for row in session.execute(query).mappings()]


def _identifiers(session: Session, contact: Contact) -> list[dict[str, Any]]:
    own = (ContactIdentifier.tenant_id == contact.tenant_id, ContactIdentifier.contact_id == contact.id)
    rows = session.scalars(select(ContactIdentifier).where(*own).order_by(ContactIdentifier.id))
    return [{"kind": row.kind, "value": row.value, "created_at": row.created_at} for row in rows]


def _tags(contact: Contact) -> Select[*tuple[Any, ...]]:
    own = (ContactTag.tenant_id == contact.tenant_id, ContactTag.contact_id == contact.id)
    return select(Tag.name, ContactTag.created_at).join(ContactTag, ContactTag.tag_id == Tag.id).where(*own)


def _consents(contact: Contact) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Consent.state,
            Consent.category,
            Consent.source,
            Consent.given_at,
            Consent.created_at.label("written_down_at"),
            User.name.label("written_down_by"),
        )
        .outerjoin(User, User.id == Consent.user_id)
        .where(Consent.tenant_id == contact.tenant_id, Consent.contact_id == contact.id)
        .order_by(Consent.given_at, Consent.id)
    )


def _suppressions(contact: Contact) -> Select[*tuple[Any, ...]]:
    columns = (Suppression.category, Suppression.reason, Suppression.source, Suppression.created_at)
    own = (Suppression.tenant_id == contact.tenant_id, Suppression.phone_index == contact.phone_index)
    return select(*columns).where(*own, Suppression.phone_index.is_not(None)).order_by(Suppression.created_at)


def _imports(contact: Contact) -> Select[*tuple[Any, ...]]:
    return (
        select(ContactImport.id, ContactImport.name, ImportedContact.line, ContactImport.created_at)
        .join(ImportedContact, ImportedContact.import_id == ContactImport.id)
        .where(ImportedContact.tenant_id == contact.tenant_id, ImportedContact.contact_id == contact.id)
        .order_by(ContactImport.id)
    )


def _conversations(contact: Contact) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Conversation.id,
            ChannelNumber.display.label("number"),
            Conversation.window_until,
            Conversation.last_message_at,
            Conversation.handled_by,
            Conversation.unanswered_since,
            Conversation.created_at,
        )
        .join(ChannelNumber, ChannelNumber.id == Conversation.number_id)
        .where(Conversation.tenant_id == contact.tenant_id, Conversation.contact_id == contact.id)
        .order_by(Conversation.id)
    )


def _messages(session: Session, tenant_id: UUID, contact_id: UUID, after: UUID) -> list[dict[str, Any]]:
    own = (Message.tenant_id == tenant_id, Message.contact_id == contact_id, Message.id > after)
    rows = session.scalars(select(Message).where(*own).order_by(Message.id).limit(CHUNK)).all()
    said = bodies(session, tenant_id, rows)
    priced = select(Charge).where(Charge.tenant_id == tenant_id, Charge.id.in_([row.id for row in rows]))
    charges = {charge.id: charge for charge in session.scalars(priced)}
    return [_message(row, said[row.id].words, charges.get(row.id)) for row in rows]


def _message(row: Message, words: str, charge: Charge | None) -> dict[str, Any]:
    moments: dict[str, datetime] = {name: at for name in MOMENTS if (at := getattr(row, name))}
    return {
        "id": row.id,
        "direction": row.direction,
        "kind": row.kind,
        "category": row.category,
        "source": row.source,
        "conversation_id": row.conversation_id,
        "text": words,
        "content": row.content,
        "provider_id": row.provider_id,
        "state": row.state,
        "status": row.status,
        "error_code": row.error_code,
        "error": row.error,
        "details": row.details,
        **moments,
        "charge": {"state": charge.state, "micro_credits": charge.amount, "currency": charge.currency}
        if charge
        else None,
    }


def _by_name(held: list[PersonData]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for one in held:
        found.setdefault(one.name, []).extend(one.rows)
    return found
