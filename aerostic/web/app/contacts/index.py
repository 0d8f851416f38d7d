"""The list of contacts."""

from dataclasses import replace

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.contacts.listing import find
from aerostic.messaging.contacts.tags import names_of
from aerostic.tenancy.current import current_tenant
from aerostic.web.app.contacts.narrowing import spec_from
from aerostic.web.app.contacts.table import CONSENT, CONSENT_COLORS, SOURCES, contacts_table, ordered
from aerostic.web.pages.access import allowed
from aerostic.web.pages.render import render
from aerostic.web.pages.tables import TableState, fetch

views = Blueprint("contacts", __name__)


@views.get("/contacts")
@allowed("contacts.view")
def index() -> ResponseReturnValue:
    """Search, filters, and what can be done with those that are chosen."""
    tenant_id = current_tenant()
    with transaction(tenant_scope(tenant_id)) as session:
        state = TableState.read(contacts_table(session, tenant_id, request.args), request.args)
        found = find(session, tenant_id, spec_from(state.narrowing()))
        state = ordered(state, found)
        page = replace(fetch(session, state, found.query, count=False), total=found.total)
        tags = names_of(session, tenant_id, [contact.id for contact in page.rows])
        return render(
            "app/contacts/index.html",
            state=state,
            page=page,
            tags=tags,
            consent=CONSENT,
            consent_colors=CONSENT_COLORS,
            sources=SOURCES,
        )
