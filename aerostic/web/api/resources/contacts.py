"""Contacts: found, made and changed; what they agreed to; their tags."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from flask import Response, abort, g, stream_with_context
from pydantic import AwareDatetime, Field
from sqlalchemy.orm import Session

from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.messaging.contacts import consent, editing, tags
from aerostic.messaging.contacts.audience import AudienceSpec
from aerostic.messaging.contacts.editing import ContactData, ContactExistsError
from aerostic.messaging.contacts.emails import EmailError
from aerostic.messaging.contacts.hooks import tell_plugins
from aerostic.messaging.contacts.listing import find
from aerostic.messaging.contacts.phones import PhoneError
from aerostic.messaging.contacts.short import short_email, short_phone
from aerostic.messaging.imports.verdicts import ROWS
from aerostic.messaging.models import Contact
from aerostic.messaging.rights import erasing, taking
from aerostic.messaging.work import enqueue_work
from aerostic.tenancy.current import current_tenant
from aerostic.web.api.blueprint import Blueprint, needs
from aerostic.web.api.data import Data
from aerostic.web.api.paging import Page, Paging, page_of
from aerostic.web.api.problems import ApiError
from aerostic.web.api.rows import mine

# Its parts depend on the plugins that are on.
WHOLE: dict[int | str, dict[str, str | dict[str, dict[str, Any]]]] = {
    200: {"description": "The document.", "content": {"application/json": {"schema": {"type": "object"}}}}
}
blueprint = Blueprint("contacts_api", __name__, tag="Contacts", path="contacts", also=("contacts.reveal",))
SOURCE = "api"
TagName = Annotated[str, Field(min_length=1, max_length=tags.LONGEST)]
TagNames = Annotated[list[TagName], Field(max_length=50)]
Marketing = Literal["unknown", "granted", "withdrawn"]


class Listing(Paging):
    """Which contacts; everything given has to hold."""

    q: Annotated[str, Field(max_length=200, description="A phone, an address, @username, or beginnings of names.")] = ""
    tag: Annotated[UUID | None, Field(description="Wears the tag with this id.")] = None
    country: Annotated[str, Field(pattern=r"^([A-Za-z]{2})?$", description="ISO 3166 alpha-2.")] = ""
    marketing: Marketing | None = None
    created_from: Annotated[AwareDatetime | None, Field(description="Came at this moment or later.")] = None
    created_to: Annotated[AwareDatetime | None, Field(description="Came before this moment.")] = None


class ContactIn(Data, ContactData):
    """What to say about a contact. A field that is left out stays as it is; an empty value in `fields` removes one."""

    tags: TagNames = []


class ContactOut(Data):
    """A contact. Without the permission `contacts.reveal`, phone and e-mail come shortened, as "+49 ••• 6789"."""

    id: UUID
    phone: str | None
    email: str | None
    name: str
    country: str
    locale: str
    fields: dict[str, Any]
    tags: list[str]
    marketing: Marketing
    source: str
    created_at: datetime
    updated_at: datetime


class ConsentIn(Data):
    """What a contact said about messages of a category, and when: now, when that is left out."""

    category: Literal["marketing", "all"] = "marketing"
    at: AwareDatetime | None = None


class TagsIn(Data):
    """Tags to put on, made where there are none of the name, and tags to take off."""

    add: TagNames = []
    remove: TagNames = []


class ErasureIn(Data):
    """Why a contact is erased. It is kept in the audit log, so it must not name the person."""

    reason: Annotated[str, Field(min_length=3, max_length=300)]


@blueprint.get("")
@needs("contacts.view")
@blueprint.input(Listing, location="query")
@blueprint.output(Page[ContactOut])
def index(query_data: Listing) -> Page[ContactOut]:
    """List contacts, the newest first."""
    tenant_id = current_tenant()
    spec = AudienceSpec(
        any_tags=[query_data.tag] if query_data.tag else [],
        countries=[query_data.country] if query_data.country else [],
        marketing=[query_data.marketing] if query_data.marketing else [],
        created_from=query_data.created_from,
        created_to=query_data.created_to,
        text=query_data.q,
    )
    with transaction(tenant_scope(tenant_id)) as session:
        meant = find(session, tenant_id, spec)
        order = (Contact.id,) if meant.came is Contact.id else (meant.came, Contact.id)
        found = page_of(session, meant.query, query_data, *order)
        return Page[ContactOut](data=_shown(session, tenant_id, found.rows), next_cursor=found.next_cursor)


@blueprint.post("")
@needs("contacts.edit")
@blueprint.input(ContactIn)
@blueprint.output(ContactOut, status_code=201)
def create(json_data: ContactIn) -> ContactOut:
    """Add a contact. Phones without a country code are read as of the workspace's country."""
    return _saved(Contact(tenant_id=current_tenant(), source=SOURCE, fields={}), json_data)


@blueprint.get("/<uuid:contact_id>")
@needs("contacts.view")
@blueprint.output(ContactOut)
def show(contact_id: UUID) -> ContactOut:
    """Get a contact."""
    with transaction(tenant_scope(current_tenant())) as session:
        return _one(session, mine(session, Contact, contact_id))


@blueprint.patch("/<uuid:contact_id>")
@needs("contacts.edit")
@blueprint.input(ContactIn)
@blueprint.output(ContactOut)
def update(contact_id: UUID, json_data: ContactIn) -> ContactOut:
    """Change a contact. Tags that are given are put on; none is taken off."""
    with transaction(tenant_scope(current_tenant())) as session:
        contact = mine(session, Contact, contact_id)
    return _saved(contact, json_data)


@blueprint.delete("/<uuid:contact_id>")
@needs("contacts.erase")
@blueprint.input(ErasureIn)
@blueprint.output({}, status_code=204)
def erase(contact_id: UUID, json_data: ErasureIn) -> str:
    """Erase a contact for good, and everything that was said. What is planned for them is given up; charges and counts stay.

    An opt-out stays in force by a digest of the phone.
    """
    with transaction(tenant_scope(current_tenant())) as session:
        contact = mine(session, Contact, contact_id)
        work = erasing.erase(session, contact.tenant_id, contact.id, reason=json_data.reason)
    enqueue_work(work)
    return ""


@blueprint.get("/<uuid:contact_id>/export")
@needs("contacts.export")
@blueprint.doc(responses=WHOLE)
def export(contact_id: UUID) -> Response:
    """Get everything that is kept of a contact, as one JSON document: for the person, who has a right to it."""
    tenant_id = current_tenant()
    try:
        taking.note_taken(tenant_id, contact_id)
        made = taking.pieces(tenant_id, contact_id)
    except LookupError:
        abort(404)
    return Response(stream_with_context(made), mimetype="application/json", headers={"Cache-Control": "no-store"})


@blueprint.post("/<uuid:contact_id>/tags")
@needs("contacts.edit")
@blueprint.input(TagsIn)
@blueprint.output(ContactOut)
def change_tags(contact_id: UUID, json_data: TagsIn) -> ContactOut:
    """Put tags on a contact, and take others off."""
    with transaction(tenant_scope(current_tenant())) as session:
        contact = mine(session, Contact, contact_id)
        off = [tag for tag in tags.all_tags(session, contact.tenant_id) if tag.name in json_data.remove]
        tags.change(session, contact, json_data.add, off)
        return _one(session, contact)


@blueprint.post("/<uuid:contact_id>/opt-in")
@needs("contacts.edit")
@blueprint.input(ConsentIn)
@blueprint.output(ContactOut)
def opt_in(contact_id: UUID, json_data: ConsentIn) -> ContactOut:
    """Write down that a contact agreed to messages. It takes an earlier opt-out back."""
    with transaction(tenant_scope(current_tenant())) as session:
        contact = mine(session, Contact, contact_id)
        consent.write_down(session, contact.tenant_id, _said(contact, "granted", json_data))
        session.refresh(contact)
        return _one(session, contact)


@blueprint.post("/<uuid:contact_id>/opt-out")
@needs("contacts.edit")
@blueprint.input(ConsentIn)
@blueprint.output(ContactOut)
def opt_out(contact_id: UUID, json_data: ConsentIn) -> ContactOut:
    """Write down that a contact wants no more messages. What is planned for them is given up."""
    with transaction(tenant_scope(current_tenant())) as session:
        contact = mine(session, Contact, contact_id)
        said = consent.write_down(session, contact.tenant_id, _said(contact, "withdrawn", json_data))
        session.refresh(contact)
        shown = _one(session, contact)
    tell_plugins(current_tenant(), said)
    return shown


def _saved(contact: Contact, data: ContactIn) -> ContactOut:
    given = ContactData(**data.model_dump(exclude_unset=True, exclude={"tags"}))
    with transaction(tenant_scope(contact.tenant_id)) as session:
        try:
            contact = editing.update(session, session.merge(contact), given, region=g.tenant.country)
        except ContactExistsError as error:
            raise ApiError(409, "contact_exists", str(error)) from None
        except PhoneError as error:
            raise ApiError(422, fields={"phone": ROWS[error.trouble]}) from None
        except EmailError as error:
            raise ApiError(422, fields={"email": str(error)}) from None
        tags.change(session, contact, data.tags)
        session.refresh(contact)
        return _one(session, contact)


def _said(contact: Contact, state: consent.State, given: ConsentIn) -> consent.ConsentEntry:
    return consent.ConsentEntry(contact.id, state, SOURCE, _moment(given.at), given.category)


def _moment(at: datetime | None) -> datetime:
    now = utcnow()
    if at and at > now:
        raise ApiError(422, fields={"at": "This moment has not come yet. Leave it out, or send when it was."})
    return at or now


def _one(session: Session, contact: Contact) -> ContactOut:
    return _shown(session, contact.tenant_id, [contact])[0]


def _shown(session: Session, tenant_id: UUID, contacts: Sequence[Contact]) -> list[ContactOut]:
    worn = tags.names_of(session, tenant_id, [contact.id for contact in contacts])
    own = [name for name in ContactOut.model_fields if name != "tags"]
    whole = "contacts.reveal" in g.api_key.permissions
    return [
        ContactOut(
            **{name: getattr(contact, name) for name in own} | ({} if whole else _short(contact)),
            tags=[tag.name for tag in worn.get(contact.id, [])],
        )
        for contact in contacts
    ]


def _short(contact: Contact) -> dict[str, str | None]:
    return {
        "phone": short_phone(contact.phone) if contact.phone else None,
        "email": short_email(contact.email) if contact.email else None,
    }
