"""The wallet: what is there and for how long it lasts, what is set aside, what was spent on, and every movement in words."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.billing.pace import pace
from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.ledger import wallet_balance
from aerostic.ledger.statement import balances, lines, open_holds, sums
from aerostic.messaging.models import Batch
from aerostic.tenancy.models import Tenant
from aerostic.web.app.spending import spending
from aerostic.web.app.statement import asked, kinds, reasons
from aerostic.web.app.topup import providers
from aerostic.web.pages.access import allowed, current_workspace
from aerostic.web.pages.charts import Chart, Series
from aerostic.web.pages.render import render
from aerostic.web.usage import stored_now, used_sums

views = Blueprint("wallet", __name__)
PER_PAGE = 50
DAYS = 30


@views.get("/wallet")
@allowed("wallet.view")
def show() -> ResponseReturnValue:
    """Balance, what is set aside, and the statement."""
    tenant = current_workspace()
    only = asked(tenant)
    before = request.args.get("before", "")
    with transaction(tenant_scope(tenant.id)) as session:
        balance = wallet_balance(session, tenant.id, tenant.currency)
        rows = lines(
            session,
            tenant.id,
            tenant.currency,
            limit=PER_PAGE + 1,
            before=int(before) if before.isdecimal() else None,
            only=only,
        )
        holds = open_holds(session, tenant.id)
        known = {row.hold_id for row in rows if row.hold_id} | {hold.id for hold in holds}
        return render(
            "app/wallet/show.html",
            tenant=tenant,
            can_pay=bool(providers()),
            rows=rows[:PER_PAGE],
            next=rows[PER_PAGE - 1].version if len(rows) > PER_PAGE else None,
            asked=_address(),
            kinds=kinds(session, tenant.id),
            reasons=reasons(session, tenant.id),
            holds=holds,
            sources=_sources(session, tenant.id, known),
            balance=balance,
            pace=pace(session, tenant.id, tenant.currency, balance),
            sums=sums(session, tenant.id, tenant.currency, utcnow() - timedelta(days=DAYS)),
            spending=spending(session, tenant, DAYS),
            line=_line(session, tenant),
            used=used_sums(session, tenant.id),
            stored=stored_now(session, tenant.id),
        )


def _address() -> dict[str, str]:
    """What the address narrows the statement to, for the form and the links of the page."""
    return {name: request.args[name] for name in ("kind", "since", "until") if request.args.get(name)}


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
