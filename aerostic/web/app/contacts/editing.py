"""A contact by hand: made and changed."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, Field, field_validator
from sqlalchemy.orm import Session

from aerostic.db import new_id, tenant_scope, transaction
from aerostic.messaging.contacts import editing, tags
from aerostic.messaging.contacts.editing import ContactData, ContactExistsError, FieldValue
from aerostic.messaging.contacts.emails import EmailError
from aerostic.messaging.contacts.fields import field_names
from aerostic.messaging.contacts.phones import PhoneError
from aerostic.messaging.imports.verdicts import ROWS
from aerostic.messaging.models import Contact, Tag
from aerostic.tenancy.current import current_tenant
from aerostic.web.pages.access import allowed, current_workspace
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast
from aerostic.web.pages.revealed import is_revealed

views = Blueprint("contact_editing", __name__)
FIELD = "field."
LONGEST_VALUE = 1024
MOST_TAGS = 20


class Details(BaseModel):
    """What a person writes about a contact. Custom fields have names of their own, and are read apart."""

    phone: Annotated[str, Field(max_length=40)] = ""
    name: Annotated[str, Field(max_length=256)] = ""
    email: Annotated[str, Field(max_length=254)] = ""
    locale: Annotated[str, Field(pattern=r"^([a-z]{2,3}([-_][A-Za-z]{2,4})?)?$")] = ""
    tags: Annotated[str, Field(max_length=1000)] = ""
    new_field: Annotated[str, Field(max_length=64)] = ""
    new_value: FieldValue = ""

    @field_validator("tags")
    @classmethod
    def _few_and_short(cls, text: str) -> str:
        names = names_in(text)
        if len(names) > MOST_TAGS or any(len(name) > tags.LONGEST for name in names):
            raise ValueError(_("At most 20 tags, each of at most 64 characters."))
        return text


@views.route("/contacts/new", methods=["GET", "POST"])
@allowed("contacts.edit")
def new() -> ResponseReturnValue:
    """Add a contact. Its id comes with the form, so that a form sent twice adds one."""
    tenant_id = current_tenant()
    form_key = request.form.get("form_key", type=UUID) or new_id()
    with transaction(tenant_scope(tenant_id)) as session:
        added = session.get(Contact, form_key)
        if added:
            return redirect(url_for("contact.show", contact_id=form_key), 303)
        contact = Contact(id=form_key, tenant_id=tenant_id, source="manual", fields={})
        return _edit(session, contact, [], _("Contact added."))


@views.route("/contacts/<uuid:contact_id>/edit", methods=["GET", "POST"])
@allowed("contacts.edit")
def edit(contact_id: UUID) -> ResponseReturnValue:
    """Change a contact."""
    tenant_id = current_tenant()
    with transaction(tenant_scope(tenant_id)) as session:
        contact = session.get(Contact, contact_id, with_for_update=request.method == "POST") or abort(404)
        worn = tags.names_of(session, tenant_id, [contact.id]).get(contact.id, [])
        return _edit(session, contact, worn, _("Saved."))


def names_in(text: str) -> list[str]:
    """The tags that a text names, separated by commas."""
    return list(dict.fromkeys(name for part in text.split(",") if (name := " ".join(part.split()))))


def _edit(session: Session, contact: Contact, worn: list[Tag], said: str) -> ResponseReturnValue:
    veiled = contact.created_at is not None and not is_revealed(contact.id)
    shown = ("name", "locale") if veiled else ("phone", "name", "email", "locale")
    initial = {name: getattr(contact, name) or "" for name in shown}
    initial["tags"] = ", ".join(tag.name for tag in worn)
    form = Form(Details, request.form if request.method == "POST" else None, initial=initial)
    if form.valid and _save(session, contact, worn, form, veiled):
        toast(said)
        return redirect(url_for("contact.show", contact_id=contact.id), 303)
    return render(
        "app/contacts/edit.html",
        form=form,
        contact=contact,
        veiled=veiled,
        fields=_fields(session, contact),
        tags=tags.all_tags(session, contact.tenant_id),
    ), form.status


def _save(session: Session, contact: Contact, worn: list[Tag], form: Form[Details], veiled: bool) -> bool:
    """Write it, or say at the fields what is wrong. What the person does not see stays, unless they write something else."""
    given = form.value
    kept = {name for name in ("phone", "email") if veiled and not getattr(given, name) and getattr(contact, name)}
    if not (given.phone or given.name or given.email or kept):
        form.fail("phone", _("Give a phone number, a name or an e-mail address."))
    sent = _sent_fields(given)
    for name in (name for name, value in sent.items() if len(value) > LONGEST_VALUE):
        form.fail(f"{FIELD}{name}", _("This is too long: at most %(limit)s characters.", limit=LONGEST_VALUE))
    if form.errors:
        return False
    reached = {"phone": given.phone or None, "email": given.email or None}
    data = ContactData(
        **{name: value for name, value in reached.items() if name not in kept},
        name=given.name,
        locale=given.locale,
        fields=sent,
    )
    try:
        with session.begin_nested():
            editing.update(session, contact, data, region=current_workspace().country)
    except PhoneError as error:
        form.fail("phone", _(ROWS[error.trouble]))
    except EmailError as error:
        form.fail("email", _(str(error)))
    except ContactExistsError as error:
        form.fail("phone", _(str(error)))
    else:
        names = names_in(given.tags)
        tags.change(session, contact, names, [tag for tag in worn if tag.name not in names])
    return not form.errors


def _sent_fields(given: Details) -> dict[str, str]:
    values = {name.removeprefix(FIELD): value.strip() for name, value in request.form.items() if name.startswith(FIELD)}
    if given.new_field and given.new_value:
        values[given.new_field] = given.new_value
    return {name[:64]: value for name, value in values.items() if name}


def _fields(session: Session, contact: Contact) -> Mapping[str, str]:
    """The custom fields to show: those of the contact, then those that others have; with what was typed."""
    names = dict.fromkeys([*contact.fields, *field_names(session, contact.tenant_id)])
    return {name: request.form.get(f"{FIELD}{name}", str(contact.fields.get(name, ""))) for name in names}
