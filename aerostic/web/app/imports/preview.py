"""The third step: what would become of the first rows. Nothing is written until the import is started here."""

from collections import Counter
from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.imports import uploads
from aerostic.messaging.imports.drafts import JUDGED, begin, judge
from aerostic.messaging.imports.drafts import discard as discard_draft
from aerostic.messaging.imports.jobs import enqueue_import
from aerostic.messaging.imports.layout import Layout
from aerostic.messaging.imports.verdicts import ROWS
from aerostic.streams.metering import stored
from aerostic.tenancy.current import current_tenant
from aerostic.web.app.imports.draft import draft_of, import_of
from aerostic.web.pages.access import allowed, current_workspace
from aerostic.web.pages.render import render, toast

views = Blueprint("import_preview", __name__)
GOOD, BAD = 5, 20


@views.get("/contacts/imports/<uuid:import_id>/preview")
@allowed("contacts.edit")
def show(import_id: UUID) -> ResponseReturnValue:
    """The verdict on the first rows."""
    with transaction(tenant_scope(current_tenant())) as session:
        draft = draft_of(session, import_id)
        judged = judge(session, draft, current_workspace().country)
        columns = Layout.model_validate(draft.layout).columns
    bad = [row for row in judged if row.refusal]
    return render(
        "app/imports/preview.html",
        draft=draft,
        counts=Counter(row.outcome for row in judged),
        judged=len(judged),
        whole=len(judged) < JUDGED,
        good=[row for row in judged if not row.refusal][:GOOD],
        bad=bad[:BAD],
        more_bad=max(0, len(bad) - BAD),
        phone=next((i for i, column in enumerate(columns) if column.target == "phone"), 0),
        reasons=ROWS,
    )


@views.post("/contacts/imports/<uuid:import_id>/start")
@allowed("contacts.edit")
def start(import_id: UUID) -> ResponseReturnValue:
    """Start it; once only, however often it is asked for."""
    tenant_id = current_tenant()
    with transaction(tenant_scope(tenant_id)) as session:
        found = import_of(session, import_id, lock=True)
        starts = found.state == "draft"
        if starts:
            begin(session, found)
    if starts:
        enqueue_import(import_id, tenant_id)
    return redirect(url_for("import_run.show", import_id=import_id), 303)


@views.post("/contacts/imports/<uuid:import_id>/discard")
@allowed("contacts.edit")
def discard(import_id: UUID) -> ResponseReturnValue:
    """Forget a file that is not to be imported."""
    tenant_id = current_tenant()
    with transaction(tenant_scope(tenant_id)) as session:
        discard_draft(session, draft_of(session, import_id))
        stored(session, tenant_id, uploads.place_of(import_id), 0)
    uploads.remove(tenant_id, import_id)
    toast(_("The file was removed. Nothing was imported."), "info")
    return redirect(url_for("imports.index"), 303)
