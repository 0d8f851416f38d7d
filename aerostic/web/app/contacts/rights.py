"""A person's rights: everything that is kept of a contact as a file, and erasing the contact."""

from collections.abc import Iterator
from typing import Annotated
from uuid import UUID

from flask import Blueprint, Response, abort, redirect, stream_with_context, url_for
from flask import request as asked
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import BaseModel, Field

from aerostic.db import tenant_scope, transaction
from aerostic.jobs.models import Work
from aerostic.messaging.models import Contact
from aerostic.messaging.rights.erasing import Outlook, erase, outlook
from aerostic.messaging.rights.taking import note_taken, pieces
from aerostic.messaging.work import enqueue_work
from aerostic.registry.tenant_view import HookError
from aerostic.security.logs import get_logger
from aerostic.tenancy.current import current_tenant
from aerostic.web.pages.access import allowed
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast

views = Blueprint("contact_rights", __name__)
log = get_logger(__name__)
LAST_DIGITS = 4


class Erasure(BaseModel):
    """Why, and proof that the right person is meant."""

    reason: Annotated[str, Field(min_length=3, max_length=300)]
    confirmed: Annotated[str, Field(min_length=1, max_length=256)]


@views.post("/contacts/<uuid:contact_id>/data")
@allowed("contacts.export")
def take(contact_id: UUID) -> ResponseReturnValue:
    """Everything that is kept of the contact, as a file. A POST, since it is noted in the audit log."""
    tenant_id = current_tenant()
    try:
        note_taken(tenant_id, contact_id)
        return data_file(contact_id, pieces(tenant_id, contact_id))
    except LookupError:
        abort(404)


@views.route("/contacts/<uuid:contact_id>/erase", methods=["GET", "POST"])
@allowed("contacts.erase")
def ask(contact_id: UUID) -> ResponseReturnValue:
    """What an erasure does, and doing it."""
    tenant_id = current_tenant()
    form = Form(Erasure, asked.form if asked.method == "POST" else None)
    with transaction(tenant_scope(tenant_id)) as session:
        contact = session.get(Contact, contact_id) or abort(404)
        word, expected = word_of(contact), outlook(session, contact)
    if form.valid and not is_meant(contact, form.value.confirmed):
        form.fail("confirmed", _("Type %(word)s to confirm that this person is meant.", word=word))
    work = _erased(tenant_id, contact_id, form) if form.valid else None
    if work is None:
        return _page(form, contact, word, expected), form.status
    enqueue_work(work)
    toast(_("Erased. Refused rows of imports and webhooks are being looked through for traces."))
    return redirect("/contacts", 303)


def data_file(contact_id: UUID, made: Iterator[bytes]) -> Response:
    """The document as a download that nobody keeps on the way."""
    name = f"contact-{str(contact_id)[-12:]}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return Response(stream_with_context(made), mimetype="application/json", headers=headers)


def word_of(contact: Contact) -> str:
    """What has to be typed: the last digits of the phone, else the name, else the end of the contact's id."""
    return (contact.phone or "")[-LAST_DIGITS:] or contact.name or str(contact.id)[-LAST_DIGITS:]


def is_meant(contact: Contact, typed: str) -> bool:
    """Whether somebody typed `word_of`, or the whole name."""
    given = " ".join(typed.split()).casefold()
    return given in (word_of(contact).casefold(), " ".join(contact.name.split()).casefold())


def _erased(tenant_id: UUID, contact_id: UUID, form: Form[Erasure]) -> Work | None:
    """The work that follows an erasure; None where nothing was erased, and the form says why."""
    try:
        with transaction(tenant_scope(tenant_id)) as session:
            return erase(session, tenant_id, contact_id, reason=form.value.reason, user_id=current_user.user.id)
    except LookupError:
        abort(404)
    except HookError as error:
        log.error("contact not erased", contact=str(contact_id), error=str(error))
        form.fail(
            "", _("A plugin could not erase what it holds, so nothing was erased. Try again, or tell your support.")
        )
        return None


def _page(form: Form[Erasure], contact: Contact, word: str, expected: Outlook) -> str:
    back = url_for("contact.show", contact_id=contact.id)
    return render("app/contacts/erase.html", form=form, contact=contact, word=word, expected=expected, back=back)
