"""Resellers: all of them, and one with its wallets, its terms and its statement."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from sqlalchemy import func, select

from aerostic.audit import Act, record_sealed
from aerostic.billing.credits.contract import WORDS
from aerostic.billing.credits.wallets import currencies, set_limit, wallets
from aerostic.db import platform_scope, transaction
from aerostic.ledger import InsufficientFundsError
from aerostic.registry import runtime
from aerostic.tenancy.models import Reseller, Tenant
from aerostic.web.consoles.credits.giving import Errand, serve
from aerostic.web.consoles.credits.statement import MOVED, chosen, movements, statement_csv, statement_table
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.formats import MICRO
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast
from aerostic.web.pages.tables import Column, TableSpec, TableState, fetch

views = Blueprint("platform_resellers", __name__)
CONSOLE = platform_scope("platform console")
Credits = Annotated[Decimal, Field(ge=0, le=1_000_000, decimal_places=2)]


class Terms(BaseModel):
    """How far below zero a wallet may go, and from where on the reseller's allocations need a second person."""

    currency: str
    limit: Credits
    approval_above: Credits | None = None


@views.get("/resellers")
@staff_only("platform")
def index() -> ResponseReturnValue:
    """All resellers, with the number of their workspaces."""
    tenants = select(func.count()).where(Tenant.reseller_id == Reseller.id).scalar_subquery()
    spec = TableSpec(
        "resellers",
        Reseller.id,
        [
            Column("name", _("Name"), Reseller.name),
            Column("slug", _("Short name"), extra=True),
            Column("tenants", _("Workspaces"), numeric=True),
            Column("status", _("State")),
            Column("created", _("Since"), Reseller.created_at, extra=True),
        ],
        search=lambda q: Reseller.name.icontains(q, autoescape=True),
    )
    state = TableState.read(spec, request.args)
    with transaction(CONSOLE) as session:
        page = fetch(session, state, select(Reseller, tenants.label("tenants")))
    return render("platform/resellers.html", state=state, page=page)


@views.get("/resellers/<uuid:reseller_id>")
@staff_only("platform")
def show(reseller_id: UUID) -> ResponseReturnValue:
    """One reseller."""
    return _page(reseller_id)


@views.route("/resellers/<uuid:reseller_id>/sell", methods=["GET", "POST"])
@staff_only("platform")
def sell(reseller_id: UUID) -> ResponseReturnValue:
    """Sell credits to a reseller, once a form."""
    with transaction(CONSOLE) as session:
        reseller = session.get(Reseller, reseller_id) or abort(404)
        offered = currencies(session, reseller_id)
    return serve(Errand("sale", CONSOLE, reseller.name, f"/resellers/{reseller_id}", offered, reseller_id))


@views.post("/resellers/<uuid:reseller_id>/terms")
@staff_only("platform")
def set_terms(reseller_id: UUID) -> ResponseReturnValue:
    """Set credit limit and threshold."""
    form = Form(Terms, request.form)
    if form.valid and _save(reseller_id, form):
        toast(_("Saved."))
        return redirect(f"/resellers/{reseller_id}", 303)
    return _page(reseller_id, form)


@views.get("/resellers/<uuid:reseller_id>/statement.csv")
@staff_only("platform")
def statement(reseller_id: UUID) -> ResponseReturnValue:
    """The statement as CSV, narrowed as the page is."""
    with transaction(CONSOLE) as session:
        reseller = session.get(Reseller, reseller_id) or abort(404)
        own = wallets(session, reseller_id)
        state = TableState.read(statement_table(session, reseller_id, own), request.args)
    return statement_csv(CONSOLE, state, chosen(state, own), reseller.slug)


def _save(reseller_id: UUID, form: Form[Terms]) -> bool:
    sent = form.value
    above = sent.approval_above
    try:
        with transaction(CONSOLE) as session:
            reseller = session.get(Reseller, reseller_id) or abort(404)
            if sent.currency not in currencies(session, reseller_id):
                form.fail("currency", _("Choose one of those that are offered."))
                return False
            set_limit(session, reseller_id, sent.currency, int(sent.limit * MICRO))
            reseller.approval_above = None if above is None else int(above * MICRO)
            terms = sent.model_dump(mode="json")
            record_sealed(session, Act(None, "reseller.terms", f"reseller:{reseller_id}", after=terms))
    except InsufficientFundsError:
        form.fail("limit", _("The wallet is further below zero already. Enter a larger limit, or sell credits first."))
    return form.valid


def _page(reseller_id: UUID, form: Form[Terms] | None = None) -> ResponseReturnValue:
    with transaction(CONSOLE) as session:
        reseller = session.get(Reseller, reseller_id) or abort(404)
        own, offered = wallets(session, reseller_id), currencies(session, reseller_id)
        state = TableState.read(statement_table(session, reseller_id, own), request.args)
        wallet = chosen(state, own)
        form = form or Form(Terms, initial=_now(reseller, offered, {one.currency: one.limit for one in own}))
        page = render(
            "platform/reseller.html",
            reseller=reseller,
            wallets=own,
            choices=[(currency, currency) for currency in offered],
            general=runtime().settings.credit_approval * MICRO,
            form=form,
            state=state,
            wallet=wallet,
            kinds=MOVED,
            reasons=WORDS,
            page=fetch(session, state, movements(wallet)) if wallet else None,
        )
    return page, form.status


def _now(reseller: Reseller, offered: list[str], limits: dict[str, int]) -> dict[str, object]:
    above = reseller.approval_above
    return {
        "currency": offered[0],
        "limit": _whole(limits.get(offered[0], 0)),
        "approval_above": "" if above is None else _whole(above),
    }


def _whole(amount: int) -> str:
    """Micro-credits as somebody types credits."""
    return f"{Decimal(amount) / MICRO:f}"
