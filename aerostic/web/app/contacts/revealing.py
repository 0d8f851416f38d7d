"""A contact's whole phone and address, for who may see them and says why: kept in the audit log, shown for a few minutes."""

import re
from typing import Annotated
from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, StringConstraints

from aerostic.audit import Act, record_sealed
from aerostic.db import tenant_scope, transaction
from aerostic.messaging.models import Contact
from aerostic.tenancy.current import current_tenant
from aerostic.web.pages.access import allowed
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast
from aerostic.web.pages.revealed import MINUTES, PERMISSION, note_revealed

views = Blueprint("contact_revealing", __name__)
# A page of the core, or of a plugin, that shows something of a person.
BACK = re.compile(r"/(?:contacts|conversations|p/[a-z_]+(?:/[a-z_]+)*)/[0-9a-f-]{36}(?:/edit)?")


class Why(BaseModel):
    """What for."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200)]


@views.route("/contacts/<uuid:contact_id>/reveal", methods=["GET", "POST"])
@allowed(PERMISSION)
def reveal(contact_id: UUID) -> ResponseReturnValue:
    """Ask for the reason, note it, and go back to where the person came from."""
    wanted = request.values.get("back", "")
    back = wanted if BACK.fullmatch(wanted) else url_for("contact.show", contact_id=contact_id)
    form = Form(Why, request.form if request.method == "POST" else None)
    tenant_id = current_tenant()
    with transaction(tenant_scope(tenant_id)) as session:
        contact = session.get(Contact, contact_id) or abort(404)
        if not form.valid:
            return render(
                "app/contacts/reveal.html", form=form, contact=contact, back=back, minutes=MINUTES
            ), form.status
        record_sealed(session, Act(tenant_id, "contact.revealed", f"contact:{contact_id}", reason=form.value.reason))
    note_revealed(contact_id)
    toast(_("You see it whole for %(count)s minutes.", count=MINUTES))
    return redirect(back, 303)
