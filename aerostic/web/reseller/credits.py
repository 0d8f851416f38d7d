"""A reseller's credits: what it has, which workspace has how much of it, every movement, and what waits for approval."""

from uuid import UUID

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from aerostic.billing.credits.acts import may_approve
from aerostic.billing.credits.contract import WORDS
from aerostic.billing.credits.wallets import given, left, wallets
from aerostic.db import Scope, reseller_scope, transaction
from aerostic.tenancy.models import Reseller, Tenant
from aerostic.web.consoles.credits.giving import acting
from aerostic.web.consoles.credits.requests import ASKED, decide, requests, requests_table, waiting
from aerostic.web.consoles.credits.statement import MOVED, chosen, movements, statement_csv, statement_table
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.render import render
from aerostic.web.pages.tables import Column, TableSpec, TableState, fetch
from aerostic.web.reseller.brand import own_reseller

views = Blueprint("reseller_credits", __name__)


@views.get("/reseller/credits")
@staff_only("reseller")
def index() -> ResponseReturnValue:
    """The wallets, and who has what."""
    state = TableState.read(_allocations(), request.args)
    with transaction(_scope()) as session:
        sums = given().label("given"), left("wallet").label("free"), left("held").label("held")
        page = fetch(session, state, select(Tenant, *sums))
        own = wallets(session, own_reseller())
        return render("reseller/credits/index.html", state=state, page=page, wallets=own, waiting=waiting(session))


@views.get("/reseller/credits/statement")
@staff_only("reseller")
def statement() -> ResponseReturnValue:
    """Every movement of a wallet."""
    with transaction(_scope()) as session:
        own = wallets(session, own_reseller())
        state = TableState.read(statement_table(session, own_reseller(), own), request.args)
        wallet = chosen(state, own)
        return render(
            "reseller/credits/statement.html",
            state=state,
            wallet=wallet,
            kinds=MOVED,
            reasons=WORDS,
            page=fetch(session, state, movements(wallet)) if wallet else None,
            waiting=waiting(session),
        )


@views.get("/reseller/credits/statement.csv")
@staff_only("reseller")
def statement_file() -> ResponseReturnValue:
    """The statement as CSV, narrowed as the page is."""
    with transaction(_scope()) as session:
        slug = session.get_one(Reseller, own_reseller()).slug
        own = wallets(session, own_reseller())
        state = TableState.read(statement_table(session, own_reseller(), own), request.args)
    return statement_csv(_scope(), state, chosen(state, own), slug)


@views.get("/reseller/credits/requests")
@staff_only("reseller")
def waiting_ones() -> ResponseReturnValue:
    """What waits for a second person, and what was decided."""
    state = TableState.read(requests_table(), request.args)
    with transaction(_scope()) as session:
        page = fetch(session, state, requests(state))
        return render(
            "reseller/credits/requests.html",
            state=state,
            page=page,
            person=acting(),
            may_approve=may_approve,
            kinds=ASKED,
            reasons=WORDS,
            waiting=waiting(session),
        )


@views.post("/reseller/credits/requests/<uuid:request_id>/<any(approve, decline):act>")
@staff_only("reseller")
def decide_one(request_id: UUID, act: str) -> ResponseReturnValue:
    """Approve or decline one."""
    decide(_scope(), request_id, act)
    return redirect("/reseller/credits/requests", 303)


def _allocations() -> TableSpec:
    return TableSpec(
        "allocations",
        Tenant.id,
        [
            Column("name", _("Workspace"), Tenant.name),
            Column("given", _("Allocated"), numeric=True),
            Column("free", _("Free"), left("wallet"), numeric=True),
            Column("held", _("Set aside"), numeric=True, extra=True),
        ],
        search=lambda q: Tenant.name.icontains(q, autoescape=True),
        order="name",
    )


def _scope() -> Scope:
    return reseller_scope(own_reseller())
