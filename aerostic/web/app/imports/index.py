"""The list of imports."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.models import ContactImport
from aerostic.tenancy.current import current_tenant
from aerostic.web.pages.access import allowed
from aerostic.web.pages.render import render
from aerostic.web.pages.tables import Column, Filter, TableSpec, TableState, fetch
from aerostic.words import N_

views = Blueprint("imports", __name__)
STATES = {
    "draft": N_("Not started"),
    "waiting": N_("Waiting"),
    "running": N_("Running"),
    "finished": N_("Finished"),
    "refused": N_("Not possible"),
}
COLORS = {
    "draft": "secondary",
    "waiting": "secondary",
    "running": "primary",
    "finished": "success",
    "refused": "danger",
}


@views.get("/contacts/imports")
@allowed("contacts.view")
def index() -> ResponseReturnValue:
    """All imports, the newest first."""
    tenant_id = current_tenant()
    state = TableState.read(_table(), request.args)
    with transaction(tenant_scope(tenant_id)) as session:
        page = fetch(session, state, select(ContactImport).where(ContactImport.tenant_id == tenant_id))
    return render("app/imports/index.html", state=state, page=page, states=STATES, colors=COLORS)


def _table() -> TableSpec:
    states = [(state, _(words)) for state, words in STATES.items()]
    return TableSpec(
        "imports",
        ContactImport.id,
        [
            Column("name", _("File")),
            Column("state", _("State")),
            Column("created", _("Started"), ContactImport.created_at, extra=True),
            Column("new", _("New"), ContactImport.created, numeric=True),
            Column("updated", _("Known"), ContactImport.updated, numeric=True, extra=True),
            Column("refused", _("Not taken"), ContactImport.refused, numeric=True, extra=True),
        ],
        filters=[
            Filter("state", _("State"), lambda v: ContactImport.state == v if v in STATES else None, options=states)
        ],
    )
