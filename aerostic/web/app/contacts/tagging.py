"""The tags of a workspace: with how many contacts each, made, renamed and deleted."""

from typing import Annotated
from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.contacts import tags
from aerostic.messaging.contacts.tags import TagExistsError
from aerostic.messaging.models import Tag
from aerostic.tenancy.current import current_tenant
from aerostic.web.pages.access import allowed
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast

views = Blueprint("tags", __name__)


class Named(BaseModel):
    """A tag's name."""

    name: Annotated[str, Field(min_length=1, max_length=64)]


@views.get("/contacts/tags")
@allowed("contacts.view")
def index() -> ResponseReturnValue:
    """All tags."""
    with transaction(tenant_scope(current_tenant())) as session:
        return _page(session, Form(Named))


@views.post("/contacts/tags")
@allowed("contacts.edit")
def create() -> ResponseReturnValue:
    """Make a tag; one that there is stays as it is."""
    form = Form(Named, request.form)
    with transaction(tenant_scope(current_tenant())) as session:
        if not form.valid:
            return _page(session, form), form.status
        tags.tag_named(session, current_tenant(), form.value.name)
    toast(_("Tag added."))
    return redirect(url_for("tags.index"), 303)


@views.post("/contacts/tags/<uuid:tag_id>")
@allowed("contacts.edit")
def change(tag_id: UUID) -> ResponseReturnValue:
    """Rename a tag."""
    form = Form(Named, request.form)
    with transaction(tenant_scope(current_tenant())) as session:
        tag = session.get(Tag, tag_id) or abort(404)
        try:
            if form.valid:
                tags.rename(session, tag, form.value.name)
        except TagExistsError:
            form.fail("name", _("There is a tag of this name already. Choose another one."))
        if not form.valid:
            return _page(session, Form(Named), changing=(tag_id, form)), form.status
    toast(_("Saved."))
    return redirect(url_for("tags.index"), 303)


@views.post("/contacts/tags/<uuid:tag_id>/delete")
@allowed("contacts.edit")
def delete(tag_id: UUID) -> ResponseReturnValue:
    """Delete a tag, and so take it off everybody."""
    with transaction(tenant_scope(current_tenant())) as session:
        tag = session.get(Tag, tag_id) or abort(404)
        tags.delete(session, tag)
    toast(_("Tag deleted."))
    return redirect(url_for("tags.index"), 303)


def _page(session: Session, form: Form[Named], changing: tuple[UUID, Form[Named]] | None = None) -> str:
    own = tags.counted(session, current_tenant())
    return render("app/contacts/tags.html", form=form, tags=own, changing=changing)
