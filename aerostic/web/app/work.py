"""Work that takes longer than a request: how far it is, stopping it, and the file that came of it."""

from uuid import UUID

from flask import Blueprint, abort, current_app, redirect, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import tenant_scope, transaction
from aerostic.jobs import work as jobs
from aerostic.jobs.models import Work
from aerostic.messaging.contacts.export_work import KEPT_SECONDS, KIND, path_of
from aerostic.messaging.rights.traces import KIND as TRACES
from aerostic.tenancy.current import current_tenant
from aerostic.web.pages.access import allowed
from aerostic.web.pages.render import render
from aerostic.words import N_

views = Blueprint("work", __name__)
TITLES = {
    "contacts.add_tag": N_("Adding a tag"),
    "contacts.remove_tag": N_("Removing a tag"),
    "contacts.opt_out": N_("Opting contacts out"),
    KIND: N_("Exporting contacts"),
    TRACES: N_("Looking for traces of somebody who was erased"),
}


@views.get("/work/<uuid:work_id>")
@allowed("contacts.view")
def show(work_id: UUID) -> ResponseReturnValue:
    """One piece of work."""
    work = _mine(work_id)
    return render("app/work/show.html", work=work, titles=TITLES, link=_link(work))


@views.get("/work/<uuid:work_id>/progress")
@allowed("contacts.view")
def progress(work_id: UUID) -> ResponseReturnValue:
    """How far it is: the part of its page that changes."""
    work = _mine(work_id)
    return render("app/work/progress.html", work=work, titles=TITLES, link=_link(work))


@views.post("/work/<uuid:work_id>/cancel")
@allowed("contacts.view")
def cancel(work_id: UUID) -> ResponseReturnValue:
    """Stop it where it is."""
    work = _mine(work_id)
    with transaction(tenant_scope(work.tenant_id)) as session:
        jobs.cancel(session, work.tenant_id, work_id)
    return redirect(url_for("work.show", work_id=work_id), 303)


@views.get("/work/file/<token>")
@allowed("contacts.view")
def fetch(token: str) -> ResponseReturnValue:
    """The file of an export, as long as its link holds."""
    try:
        work = _mine(UUID(_serializer().loads(token, max_age=KEPT_SECONDS)))
    except BadSignature:
        abort(404)
    path = path_of(work.id)
    if not work.result or not path.exists():
        abort(404)
    return send_file(path, mimetype="text/csv", as_attachment=True, download_name="contacts.csv", max_age=0)


def _mine(work_id: UUID) -> Work:
    """Work that this person asked for; 404 for that of others."""
    with transaction(tenant_scope(current_tenant())) as session:
        work = _find(session, work_id)
    return work if work and work.user_id == current_user.user.id else abort(404)


def _find(session: Session, work_id: UUID) -> Work | None:
    return session.scalar(select(Work).where(Work.tenant_id == current_tenant(), Work.id == work_id))


def _link(work: Work) -> str:
    """Where its file is fetched, '' when there is none (any more)."""
    if not work.result or not path_of(work.id).exists():
        return ""
    return url_for("work.fetch", token=_serializer().dumps(str(work.id)))


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="file of work")
