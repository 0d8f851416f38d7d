"""Exports: what goes into the file; a small one comes at once, a large one as work."""

from typing import Annotated
from uuid import UUID, uuid4

import structlog
from flask import Blueprint, Response, redirect, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from aerostic.audit import Act, record_sealed
from aerostic.db import tenant_scope, transaction
from aerostic.messaging.contacts import audience, export_work
from aerostic.messaging.contacts.audience import AudienceSpec
from aerostic.messaging.contacts.export_work import ExportOptions
from aerostic.messaging.contacts.exporting import COLUMNS, FIELD, pieces
from aerostic.messaging.contacts.fields import field_names
from aerostic.messaging.work import enqueue_work
from aerostic.tenancy.current import current_tenant
from aerostic.web.app.contacts.narrowing import kept, list_path, spec_from
from aerostic.web.pages.access import allowed, can
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render
from aerostic.words import N_

views = Blueprint("contact_exports", __name__)
log = structlog.get_logger(__name__)
AT_ONCE = 5000
TITLES = {
    "phone": N_("Phone"),
    "name": N_("Name"),
    "email": N_("E-mail"),
    "locale": N_("Language"),
    "tags": N_("Tags"),
    "country": N_("Country"),
    "consent": N_("Marketing"),
    "source": N_("Source"),
    "added": N_("Added"),
}


class Wanted(BaseModel):
    """What the file holds. `mark`: the sign in front by which spreadsheets know that it is UTF-8."""

    columns: Annotated[list[str], Field(min_length=1, max_length=200)]
    mark: bool = False


@views.get("/contacts/export")
@allowed("contacts.edit", support=False)
def ask() -> ResponseReturnValue:
    """Which columns, of how many contacts."""
    tenant_id = current_tenant()
    narrowing = kept(request.args)
    with transaction(tenant_scope(tenant_id)) as session:
        columns = _columns(session, tenant_id)
        form = Form(Wanted, initial={"columns": [name for name, words in columns], "mark": True})
        return _page(session, form, spec_from(narrowing), narrowing)


@views.post("/contacts/export")
@allowed("contacts.edit", support=False)
def export() -> ResponseReturnValue:
    """The file, or the work that makes it."""
    tenant_id = current_tenant()
    form = Form(Wanted, request.form)
    spec = spec_from(request.form)
    with transaction(tenant_scope(tenant_id)) as session:
        if not form.valid:
            return _page(session, form, spec, kept(request.form)), 422
        known = {name for name, words in _columns(session, tenant_id)}
        columns = [name for name in form.value.columns if name in known]
        total = audience.count(session, tenant_id, spec)
        options = ExportOptions(spec=spec, columns=columns, whole=can("contacts.export"), mark=form.value.mark)
        work = None
        if total > AT_ONCE:
            key = request.form.get("form_key")
            work = export_work.ask(session, tenant_id, options, user_id=current_user.user.id, key=key)
        taken = {"contacts": total, "columns": columns, "whole_numbers": options.whole}
        record_sealed(session, Act(tenant_id, "contact.exported", after=taken))
    log.info(
        "contacts exported", tenant=str(tenant_id), user=str(current_user.user.id), rows=total, whole=options.whole
    )
    if work:
        enqueue_work(work)
        return redirect(url_for("work.show", work_id=work.id), 303)
    return _file(tenant_id, options)


def _file(tenant_id: UUID, options: ExportOptions) -> Response:
    made = pieces(tenant_id, options.spec, options.columns, whole=options.whole, mark=options.mark)
    headers = {"Content-Disposition": 'attachment; filename="contacts.csv"', "Cache-Control": "private, no-store"}
    return Response(stream_with_context(made), mimetype="text/csv", headers=headers)


def _page(session: Session, form: Form[Wanted], spec: AudienceSpec, narrowing: dict[str, str]) -> str:
    tenant_id = current_tenant()
    return render(
        "app/contacts/export.html",
        form=form,
        columns=_columns(session, tenant_id),
        total=audience.count(session, tenant_id, spec),
        at_once=AT_ONCE,
        narrowing=narrowing,
        key=request.form.get("form_key") or str(uuid4()),
        back=list_path(narrowing),
    )


def _columns(session: Session, tenant_id: UUID) -> list[tuple[str, str]]:
    """What there is to choose from, with its words."""
    fields = field_names(session, tenant_id)
    return [*((name, _(TITLES[name])) for name in COLUMNS), *((f"{FIELD}{name}", name) for name in fields)]
