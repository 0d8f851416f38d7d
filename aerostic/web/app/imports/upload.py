"""The first step: the file. This address alone takes large ones."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError

from aerostic.db import new_id, tenant_scope, transaction
from aerostic.messaging.imports import uploads
from aerostic.messaging.imports.drafts import draft_from
from aerostic.messaging.imports.verdicts import FILES, RefusedFileError
from aerostic.messaging.models import ContactImport
from aerostic.tenancy.current import current_tenant
from aerostic.web.pages.access import allowed
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render

views = Blueprint("import_upload", __name__)
LARGEST = 256 * 1024 * 1024


class File(BaseModel):
    """The form has one field, and browsers never send it back; it is here for its messages."""

    file: str = ""


@views.url_value_preprocessor
def _take_large_files(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Before anything reads the form: the check of its token does."""
    request.max_content_length = LARGEST


@views.get("/contacts/imports/new")
@allowed("contacts.edit")
def ask() -> ResponseReturnValue:
    """Choose a file."""
    return _page(Form(File))


@views.post("/contacts/imports/new")
@allowed("contacts.edit")
def take() -> ResponseReturnValue:
    """Keep the file and look at it. The id comes with the form, so that a file sent twice is kept once."""
    tenant_id, form = current_tenant(), Form(File, request.form)
    import_id = request.form.get("form_key", type=UUID) or new_id()
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        form.fail("file", _("Choose a file."))
        return _page(form), form.status
    with transaction(tenant_scope(tenant_id)) as session:
        known = session.get(ContactImport, import_id) is not None
    if not known:
        path = uploads.keep(upload, tenant_id, import_id)
        try:
            draft = draft_from(tenant_id, import_id, upload.filename.replace("\0", ""), path)
        except RefusedFileError as error:
            uploads.remove(tenant_id, import_id)
            form.fail("file", refusal(error))
            return _page(form), form.status
        try:
            with transaction(tenant_scope(tenant_id)) as session:
                session.add(draft)
                uploads.measure(session, tenant_id, import_id)
        except IntegrityError:  # an id that was made up, and is somebody else's
            uploads.remove(tenant_id, import_id)
            abort(404)
    return redirect(url_for("import_columns.show", import_id=import_id), 303)


def refusal(error: RefusedFileError) -> str:
    """Why a file cannot be imported, in the reader's language."""
    return str(_(FILES[error.code])).format(**error.words)


def _page(form: Form[File]) -> str:
    return render("app/imports/upload.html", form=form, key=str(new_id()), largest=LARGEST // 1024**2)
