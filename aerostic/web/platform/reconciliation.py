"""Reconciliation: every message that WhatsApp prices otherwise than it was charged, to narrow and to take along."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from aerostic.db import apart, platform_scope, transaction, utcnow
from aerostic.messaging.models import ReconciliationDifference as Difference
from aerostic.messaging.spreadsheets import BOM, guarded, written
from aerostic.tenancy.models import Tenant
from aerostic.web.app.money.words import CATEGORIES, CHARGES
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.formats import MICRO
from aerostic.web.pages.render import render
from aerostic.web.pages.tables import Column, Filter, TableSpec, TableState, fetch, period_filters
from aerostic.words import N_

views = Blueprint("platform_reconciliation", __name__)
CONSOLE = platform_scope("platform console")
RECENT = timedelta(days=30)
MOST_COUNTED = 10_000
MOST_NAMES = 200
CHUNK = 1_000
KINDS = {
    "not_billable": N_("Charged, and free at WhatsApp"),
    "not_charged": N_("Not charged, and billable at WhatsApp"),
    "category": N_("Charged as another category"),
}
HEADER = (
    "time",
    "workspace",
    "kind",
    "message",
    "whatsapp_billable",
    "whatsapp_category",
    "whatsapp_type",
    "charged_category",
    "charge",
    "amount",
    "currency",
)


@views.get("/reconciliation")
@staff_only("platform")
def index() -> ResponseReturnValue:
    """The differences, and their sums by kind."""
    with transaction(CONSOLE) as session:
        state = TableState.read(_table(session), request.args)
        page = fetch(session, state, _differences())
        sums = _sums(session, state)
    words = {"kinds": KINDS, "categories": CATEGORIES, "charges": CHARGES}
    return render("platform/reconciliation.html", state=state, page=page, sums=sums, **words)


@views.get("/reconciliation.csv")
@staff_only("platform")
def download() -> ResponseReturnValue:
    """The differences as CSV, narrowed as the page is."""
    with transaction(CONSOLE) as session:
        state = TableState.read(_table(session), request.args)
    answer = Response(stream_with_context(_lines(state)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="reconciliation.csv"'
    return answer


def recent(session: Session) -> int:
    """How many messages of the last 30 days differ; counted to 10,000."""
    some = select(Difference.id).where(Difference.at >= utcnow() - RECENT).limit(MOST_COUNTED).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _differences() -> Select[*tuple[Any, ...]]:
    # Plain columns: a file has all of them, and objects would take longer than all the rest.
    columns = Difference.__table__.columns
    return select(*columns, Tenant.name.label("tenant")).join(Tenant, Tenant.id == Difference.tenant_id)


def _sums(session: Session, state: TableState) -> dict[str, list[Any]]:
    """How many of each kind there are, and how much money, in each currency: of all that match but for their kind."""
    others = replace(state, filters={name: value for name, value in state.filters.items() if name != "kind"})
    columns = (
        Difference.kind,
        Difference.currency,
        func.count().label("count"),
        func.sum(Difference.amount).label("amount"),
    )
    query = select(*columns).where(*others.conditions()).group_by(Difference.kind, Difference.currency)
    rows = session.execute(query.order_by(Difference.currency)).all()
    return {kind: [row for row in rows if row.kind == kind] for kind in KINDS}


def _table(session: Session) -> TableSpec:
    differ = exists().where(Difference.tenant_id == Tenant.id)
    names = session.execute(select(Tenant.id, Tenant.name).where(differ).order_by(Tenant.name).limit(MOST_NAMES))
    return TableSpec(
        "differences",
        Difference.id,
        [
            Column("what", _("Difference")),
            Column("tenant", _("Workspace")),
            Column("provider", _("WhatsApp says"), extra=True),
            Column("charged", _("Charged"), extra=True),
            Column("amount", _("Amount"), numeric=True),
            Column("created", _("Arrived"), Difference.at, extra=True),
        ],
        filters=[
            Filter("kind", _("Kind"), _of_kind, [(name, _(words)) for name, words in KINDS.items()]),
            Filter("tenant", _("Workspace"), _of_tenant, [(str(row.id), row.name) for row in names]),
            *period_filters(Difference.at),
        ],
    )


def _of_kind(value: str) -> ColumnElement[bool] | None:
    return Difference.kind == value if value in KINDS else None


def _of_tenant(value: str) -> ColumnElement[bool] | None:
    try:
        return Difference.tenant_id == UUID(value)
    except ValueError:
        return None


@apart
def _lines(state: TableState) -> Iterator[str]:
    yield BOM + written([HEADER])
    query = _differences().where(*state.conditions()).order_by(Difference.at.desc(), Difference.id.desc())
    with transaction(CONSOLE) as session:
        for some in session.execute(query).yield_per(CHUNK).partitions():
            yield written([_line(row) for row in some])


def _line(row: Any) -> list[str]:
    return [
        row.at.astimezone(UTC).isoformat(),
        guarded(row.tenant),
        row.kind,
        str(row.id),
        "yes" if row.billable else "no",
        guarded(row.provider_category),
        guarded(row.provider_type),
        row.charged_category,
        row.charge_state,
        str(Decimal(row.amount) / MICRO),
        row.currency,
    ]
