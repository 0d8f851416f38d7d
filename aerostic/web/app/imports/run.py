"""An import that runs or has ended: how far it is, what became of its rows, and those that were not taken."""

from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, Response, abort, redirect, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.messaging.imports.error_file import error_file
from aerostic.messaging.imports.verdicts import ROWS
from aerostic.messaging.models import ContactImport, ImportVerdict
from aerostic.tenancy.current import current_tenant
from aerostic.web.app.imports.draft import import_of
from aerostic.web.app.imports.index import COLORS, STATES
from aerostic.web.pages.access import allowed
from aerostic.web.pages.render import render

views = Blueprint("import_run", __name__)


class Pace(NamedTuple):
    """How an import gets on: rows a second, and about how many seconds are left (None while nobody knows)."""

    rate: float
    seconds_left: int | None


@views.get("/contacts/imports/<uuid:import_id>")
@allowed("contacts.view")
def show(import_id: UUID) -> ResponseReturnValue:
    """The import's page."""
    with transaction(tenant_scope(current_tenant())) as session:
        found = import_of(session, import_id)
        if found.state == "draft":
            return redirect(url_for("import_columns.show", import_id=import_id), 303)
        return render("app/imports/show.html", **_context(session, found))


@views.get("/contacts/imports/<uuid:import_id>/progress")
@allowed("contacts.view")
def progress(import_id: UUID) -> ResponseReturnValue:
    """The part of the page that changes."""
    with transaction(tenant_scope(current_tenant())) as session:
        return render("app/imports/progress.html", **_context(session, import_of(session, import_id)))


@views.get("/contacts/imports/<uuid:import_id>/refused.csv")
@allowed("contacts.edit", support=False)
def refused(import_id: UUID) -> ResponseReturnValue:
    """The rows that were not taken, with why: to correct and import again."""
    tenant_id = current_tenant()
    with transaction(tenant_scope(tenant_id)) as session:
        if not import_of(session, import_id).layout:
            abort(404)
    headers = {"Content-Disposition": 'attachment; filename="not-taken.csv"', "Cache-Control": "private, no-store"}
    return Response(stream_with_context(error_file(import_id, tenant_id)), mimetype="text/csv", headers=headers)


def _context(session: Session, found: ContactImport) -> dict[str, object]:
    return {
        "job": found,
        "states": STATES,
        "colors": COLORS,
        "pace": _pace(found),
        "verdicts": _verdicts(session, found) if found.refused else [],
        "reasons": ROWS,
    }


def _pace(found: ContactImport) -> Pace | None:
    if found.state != "running" or not found.rows_done:
        return None
    seconds = max(0.1, (utcnow() - found.created_at).total_seconds())
    left = (found.bytes_total - found.bytes_done) * seconds / found.bytes_done if found.bytes_done else None
    return Pace(found.rows_done / seconds, None if left is None else round(left))


def _verdicts(session: Session, found: ContactImport) -> list[tuple[str, int]]:
    """How many rows were not taken for which reason, the most frequent first."""
    number = func.count()
    own = (ImportVerdict.tenant_id == found.tenant_id, ImportVerdict.import_id == found.id)
    tally = select(ImportVerdict.verdict, number).where(*own).group_by(ImportVerdict.verdict)
    rows = session.execute(tally.order_by(number.desc(), ImportVerdict.verdict))
    return [(row[0], row[1]) for row in rows]
