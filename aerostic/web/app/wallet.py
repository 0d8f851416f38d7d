"""The wallet: what is there, what is set aside, and every movement in words."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from flask import Blueprint, Response, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.billing.credits.contract import WORDS
from aerostic.billing.credits.models import CreditRequest
from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.ledger import wallet_balance
from aerostic.ledger.statement import all_entries, balances, lines, open_holds, sums
from aerostic.messaging.models import Batch
from aerostic.messaging.spreadsheets import guarded
from aerostic.tenancy.brands import brand_for_tenant
from aerostic.tenancy.models import Tenant
from aerostic.web.app.topup import providers
from aerostic.web.pages.access import allowed, current_workspace
from aerostic.web.pages.charts import Chart, Series
from aerostic.web.pages.render import render
from aerostic.words import N_

views = Blueprint("wallet", __name__)
PER_PAGE = 50
DAYS = 30
BOM = "\ufeff"
KINDS = {
    "topup": N_("Credit added"),
    "allocation": N_("Credit from %(brand)s"),
    "clawback": N_("Taken back by %(brand)s"),
    "hold": N_("Set aside for messages"),
    "release": N_("Given back, not spent"),
    "refund": N_("Refunded: not delivered"),
    "capture": N_("Paid"),
    "recapture": N_("Paid after all: delivered late"),
    "reversal": N_("Corrected"),
    "repayment": N_("Paid back to you"),
}


@views.get("/wallet")
@allowed("wallet.view")
def show() -> ResponseReturnValue:
    """Balance, what is set aside, and the statement."""
    tenant = current_workspace()
    since = utcnow() - timedelta(days=DAYS)
    kind = request.args.get("kind", "")
    kind = kind if kind in KINDS else ""
    before = request.args.get("before", "")
    with transaction(tenant_scope(tenant.id)) as session:
        rows = lines(
            session,
            tenant.id,
            tenant.currency,
            limit=PER_PAGE + 1,
            before=int(before) if before.isdecimal() else None,
            kind=kind,
        )
        holds = open_holds(session, tenant.id)
        known = {row.hold_id for row in rows if row.hold_id} | {hold.id for hold in holds}
        return render(
            "app/wallet/show.html",
            tenant=tenant,
            can_pay=bool(providers()),
            rows=rows[:PER_PAGE],
            next=rows[PER_PAGE - 1].version if len(rows) > PER_PAGE else None,
            kind=kind,
            kinds=_kinds(session, tenant.id),
            reasons=_reasons(session, tenant.id),
            holds=holds,
            sources=_sources(session, tenant.id, known),
            balance=wallet_balance(session, tenant.id, tenant.currency),
            sums=sums(session, tenant.id, tenant.currency, since),
            line=_line(session, tenant),
        )


@views.get("/wallet/statement.csv")
@allowed("wallet.view")
def statement() -> ResponseReturnValue:
    """Every movement, as CSV."""
    tenant = current_workspace()
    answer = Response(stream_with_context(_csv(tenant)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="statement-{tenant.slug}.csv"'
    return answer


def _csv(tenant: Tenant) -> Iterator[str]:
    header = ["time", "kind", "amount", "balance", "currency", "note", "hold", "subject", "reason"]
    yield BOM + _written([header])
    with transaction(tenant_scope(tenant.id)) as session:
        reasons = _reasons(session, tenant.id)
        for row in all_entries(session, tenant.id, tenant.currency):
            amounts = [str(Decimal(value) / 1_000_000) for value in (row.amount, row.balance_after)]
            rest = [str(value or "") for value in (row.hold_id, row.subject_id, reasons.get(row.subject_id))]
            yield _written(
                [[row.created_at.isoformat(), row.kind, *amounts, tenant.currency, guarded(row.note), *rest]]
            )


def _written(lines: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue()


def _kinds(session: Session, tenant_id: UUID) -> dict[str, str]:
    """The kinds in words; credit comes from whoever the workspace knows as its provider."""
    brand = brand_for_tenant(session, tenant_id).name
    return {name: str(_(words, brand=brand)) for name, words in KINDS.items()}


def _reasons(session: Session, tenant_id: UUID) -> Mapping[UUID | None, str]:
    """Why credit was given or taken back, in words, by what its movements are about."""
    own = select(CreditRequest.id, CreditRequest.reason).where(CreditRequest.tenant_id == tenant_id)
    return {row.id: str(_(WORDS[row.reason])) for row in session.execute(own)}


def _sources(session: Session, tenant_id: UUID, holds: set[UUID]) -> Mapping[UUID, str]:
    """Where the page of what a hold is for can be found: plugins keep theirs under `/p/<plugin>/<id>`."""
    own = (Batch.tenant_id == tenant_id, Batch.hold_id.in_(holds))
    rows = session.execute(select(Batch.hold_id, Batch.source, Batch.source_id).where(*own)) if holds else ()
    return {row.hold_id: f"/p/{row.source}/{row.source_id}" for row in rows if row.hold_id}


def _line(session: Session, tenant: Tenant) -> Chart:
    """The balance at the end of each of the last days; a day without movements keeps the one before."""
    today = utcnow().date()
    days = [today - timedelta(days=n) for n in reversed(range(DAYS))]
    found = balances(session, tenant.id, tenant.currency, tenant.zone, utcnow() - timedelta(days=DAYS))
    values: list[float] = []
    last = _before(found, days)
    for day in days:
        last = found.get(day, last)
        values.append(round(last / 1_000_000, 2))
    return Chart("area", [format_date(day, "d MMM") for day in days], [Series(_("Balance"), values)])


def _before(found: Mapping[date, int], days: Sequence[date]) -> int:
    """What to begin with: nothing is known of the time before the first movement, so it is drawn as nothing."""
    return next((found[day] for day in sorted(found) if day < days[0]), 0)
