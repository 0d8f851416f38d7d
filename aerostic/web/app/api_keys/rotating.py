"""A new secret for a key: the old one is good for as long as it takes to change the programs that use it."""

from datetime import timedelta
from typing import Literal
from uuid import UUID

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel

from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.identity.keys import KeyStandsError, rotate_key
from aerostic.tenancy.current import current_tenant
from aerostic.web.app.api_keys.blueprint import views
from aerostic.web.app.api_keys.pages import find
from aerostic.web.pages.access import allowed
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast


class Rotation(BaseModel):
    """The hours for which the old secret is still good, and the key's version as the page had it."""

    hours: Literal["0", "1", "24", "168"]
    version: int


@views.post("/settings/keys/<uuid:key_id>/rotate")
@allowed("settings.edit")
def rotate(key_id: UUID) -> ResponseReturnValue:
    """Make a new secret and show it, this once."""
    find(key_id)
    form = Form(Rotation, request.form)
    if not form.valid:
        abort(422)
    wish, tenant_id = form.value, current_tenant()
    try:
        with transaction(tenant_scope(tenant_id)) as session:
            overlap = timedelta(hours=int(wish.hours))
            made = rotate_key(session, tenant_id, key_id, version=wish.version, overlap=overlap)
    except KeyStandsError as error:
        toast(_(str(error)), "danger")
        return redirect(url_for("api_keys.show", key_id=key_id), 303)
    return render("app/api_keys/made.html", key=made.row, text=made.text, rotated=True, now=utcnow())
