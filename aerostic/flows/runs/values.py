"""What the expressions of a run see of the workspace, of the person it is about, and of what that person wrote."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select, tuple_
from sqlalchemy.orm import Session, aliased

from aerostic.messaging.contacts.tags import names_of
from aerostic.messaging.contacts.zones import zone_of
from aerostic.messaging.models import Contact, Message
from aerostic.messaging.values import mapping, text
from aerostic.tenancy.models import Tenant

_before = aliased(Message)
# Whether the contact of a message has written before; of two that were written in one second, one is the first.
EARLIER = (
    exists()
    .where(_before.tenant_id == Message.tenant_id, _before.conversation_id == Message.conversation_id)
    .where(_before.direction == "in")
    .where(tuple_(_before.created_at, _before.id) < tuple_(Message.created_at, Message.id))
)
ANSWERS = ("button_reply", "list_reply")
PLACE = ("latitude", "longitude", "name", "address")


def workspace_values(session: Session, tenant_id: UUID) -> dict[str, str]:
    """A workspace as `workspace`: its name, time zone, country and currency."""
    tenant = session.get_one(Tenant, tenant_id)
    return {"name": tenant.name, "zone": tenant.zone, "country": tenant.country, "currency": tenant.currency}


def contact_values(session: Session, tenant_id: UUID, contact_id: UUID) -> dict[str, Any]:
    """A contact as `contact`: name and its first word, phone, e-mail, language, country, time zone, tags, and its fields by name.

    A field that is called as one of these is found under `contact.fields` only.
    """
    own_zone = select(Contact, Tenant.zone).join(Tenant, Tenant.id == Contact.tenant_id)
    found = session.execute(own_zone.where(Contact.tenant_id == tenant_id, Contact.id == contact_id)).first()
    if found is None:
        return {}
    contact, zone = found
    first, _space, rest = contact.name.partition(" ")
    own = {
        "id": str(contact.id),
        "name": contact.name,
        "first_name": first,
        "last_name": rest,
        "phone": contact.phone or "",
        "email": contact.email or "",
        "language": contact.locale,
        "country": contact.country,
        "zone": zone_of(contact.fields, contact.phone or "", zone),
        "marketing": contact.marketing,
        "tags": [tag.name for tag in names_of(session, tenant_id, [contact_id]).get(contact_id, [])],
        "fields": contact.fields,
    }
    return {**contact.fields, **own}


def message_values(session: Session, tenant_id: UUID, message_ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """Messages as `message`, by id: kind and words, the id of the button or row that was chosen, where somebody is who said so
    as `message.location`, and whether it is the first that the contact wrote.
    """
    ids = list(message_ids)
    if not ids:
        return {}
    own = (Message.tenant_id == tenant_id, Message.id.in_(ids))
    found = session.execute(select(Message, EARLIER.label("again")).where(*own))
    return {message.id: _values(message, first=not again) for message, again in found}


def _values(message: Message, *, first: bool) -> dict[str, Any]:
    own = {"id": str(message.id), "kind": message.kind, "direction": message.direction, "first": first}
    return {**own, **_said(message.content or {})}


def _said(content: dict[str, Any]) -> dict[str, Any]:
    """Words, choice and place, of content in the words of the Cloud API."""
    kind = text(content.get("type"))
    part = mapping(content.get(kind))
    if kind == "interactive":
        chosen = next((mapping(part.get(name)) for name in ANSWERS if name in part), {})
        return {"text": text(chosen.get("title")), "choice": text(chosen.get("id"))}
    if kind == "button":
        return {"text": text(part.get("text")), "choice": text(part.get("payload"))}
    if kind == "location":
        place = {name: part[name] for name in PLACE if isinstance(part.get(name), str | int | float)}
        return {"text": text(part.get("name")) or text(part.get("address")), "choice": "", "location": place}
    return {"text": text(part.get("body")) or text(part.get("caption")), "choice": ""}
