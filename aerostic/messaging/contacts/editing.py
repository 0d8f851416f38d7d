"""One contact by hand: made, changed and found by an agent or the API."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from aerostic import audit
from aerostic.db import utcnow
from aerostic.messaging.contacts.consent import refresh
from aerostic.messaging.contacts.emails import clean_email
from aerostic.messaging.contacts.identifiers import email_index, identifier, owners, phone_index
from aerostic.messaging.contacts.phones import canonical, normalise
from aerostic.messaging.models import Contact
from aerostic.words import N_

FieldName = Annotated[str, Field(min_length=1, max_length=64)]
FieldValue = Annotated[str, Field(max_length=1024)]
TAKEN = N_("Another contact has this phone: open that one, or merge the two.")


class ContactData(BaseModel):
    """What may be said about a contact. A field left out stays as it is."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    phone: str | None = None
    email: str | None = None
    name: Annotated[str, Field(max_length=256)] = ""
    locale: Annotated[str, Field(max_length=16)] = ""
    fields: Annotated[dict[FieldName, FieldValue], Field(max_length=100)] = {}


class ContactExistsError(ValueError):
    """Another contact of the tenant has this phone."""


def create(
    session: Session, tenant_id: UUID, data: ContactData, *, region: str = "", source: str = "manual"
) -> Contact:
    """Add a contact.

    Args:
        region: see `phones.normalise`.

    Raises:
        PhoneError, EmailError: the phone or the address is none.
        ContactExistsError: the phone belongs to a contact already.
    """
    return update(session, Contact(tenant_id=tenant_id, source=source, fields={}), data, region=region)


def update(session: Session, contact: Contact, data: ContactData, *, region: str = "") -> Contact:
    """Change what `data` sets. Fields are added to those there are; an empty value removes one. Raises as `create`."""
    given, before = data.model_dump(exclude_unset=True), _state(contact)
    verb = "changed" if inspect(contact).persistent else "created"
    if "phone" in given:
        _set_phone(session, contact, data.phone, region)
    if "email" in given:
        address = clean_email(data.email) if data.email else None
        contact.email = address
        contact.email_index = email_index(contact.tenant_id, address) if address else None
    for name in ("name", "locale"):
        if name in given:
            setattr(contact, name, given[name])
    contact.fields = {name: value for name, value in {**contact.fields, **data.fields}.items() if value}
    contact.updated_at = utcnow()
    session.add(contact)
    try:
        session.flush()
    except IntegrityError:  # somebody was quicker, between our look and this write
        raise ContactExistsError(TAKEN) from None
    if "phone" in given:
        refresh(session, contact.tenant_id, [contact.id])
    _note(session, contact, verb, before)
    return contact


def find_by_phone(session: Session, tenant_id: UUID, e164: str) -> Contact | None:
    """The contact with this phone, in either of its spellings."""
    return _first(session, tenant_id, phone_index=phone_index(tenant_id, canonical(e164)))


def find_by_identifier(session: Session, tenant_id: UUID, kind: str, value: str) -> Contact | None:
    """The contact with this identifier; `kind` is one of `identifiers.KINDS`."""
    name = identifier(tenant_id, kind, value)
    owner = owners(session, tenant_id, [name]).get((name.kind, name.index))
    return _first(session, tenant_id, id=owner) if owner else None


def _state(contact: Contact) -> dict[str, Any]:
    own = {name: getattr(contact, name) or "" for name in ("phone", "email", "name", "locale")}
    return own | {f"field {name}": value for name, value in (contact.fields or {}).items()}


def _note(session: Session, contact: Contact, verb: str, before: dict[str, Any]) -> None:
    """Of names and fields the log tells only that they changed: it outlives a contact that is erased."""
    after = _state(contact)
    changed = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    was, now = ({name: state.get(name, "") for name in ("phone", "email")} for state in (before, after))
    if changed:
        act = audit.Act(contact.tenant_id, f"contact.{verb}", f"contact:{contact.id}", was, now | {"changed": changed})
        audit.record(session, act)


def _first(session: Session, tenant_id: UUID, **values: Any) -> Contact | None:
    return session.scalars(select(Contact).filter_by(tenant_id=tenant_id, **values)).one_or_none()


def _set_phone(session: Session, contact: Contact, text: str | None, region: str) -> None:
    if not text:
        contact.phone, contact.phone_index = None, None
        return
    phone = normalise(text, region)
    index = phone_index(contact.tenant_id, phone.e164)
    other = _first(session, contact.tenant_id, phone_index=index)
    if other and other.id != contact.id:
        raise ContactExistsError(TAKEN)
    contact.phone, contact.country, contact.phone_index = phone.e164, phone.country, index
