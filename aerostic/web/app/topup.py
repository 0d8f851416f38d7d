"""Topping up the wallet: choosing an amount, going to pay, and coming back."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import structlog
from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import BaseModel, Field
from sqlalchemy import select

from aerostic.billing.invoices.finding import of_payments
from aerostic.billing.invoices.models import Invoice
from aerostic.billing.payments.contract import PaymentError, PaymentProvider, PaymentRequest, ProviderError
from aerostic.billing.payments.limits import least, most
from aerostic.billing.payments.models import Payment
from aerostic.billing.payments.starting import start
from aerostic.db import new_id, tenant_scope, transaction
from aerostic.ledger import KeyReusedError, wallet_balance
from aerostic.tenancy.brands import platform_brand
from aerostic.web.invoices.serving import download, way
from aerostic.web.pages.access import allowed, current_workspace, tenant_view
from aerostic.web.pages.formats import MICRO
from aerostic.web.pages.forms import Form
from aerostic.web.pages.language import language
from aerostic.web.pages.render import render
from aerostic.web.sites import site

log = structlog.get_logger(__name__)
views = Blueprint("topup", __name__)
TIMES = (5, 10, 20, 50, 100)  # the least payment, which the operator sets to what is little in its currency
SHOWN = 100


class TopUp(BaseModel):
    """An amount, one of those offered or one's own, and how to pay. `form_key` makes it one payment."""

    choice: str = ""
    amount: Annotated[Decimal | None, Field(gt=0, le=1_000_000, decimal_places=2)] = None
    provider: str = ""
    form_key: UUID

    @property
    def micro(self) -> int:
        """What is to be paid, in micro-credits; 0 where nothing was chosen. What was typed counts more than a choice."""
        if self.amount:
            return int(self.amount * MICRO)
        return next((choice for choice in choices() if str(choice // MICRO) == self.choice), 0)


def choices() -> list[int]:
    """The amounts that are offered, in micro-credits."""
    return [amount for times in TIMES if (amount := times * least()) <= most()]


def providers() -> Mapping[str, PaymentProvider]:
    """How this workspace can pay, by name; a reseller's workspace cannot, since it buys from its reseller."""
    return {} if current_workspace().reseller_id else tenant_view().payment_providers


@views.route("/wallet/top-up", methods=["GET", "POST"])
@allowed("wallet.topup")
def new() -> ResponseReturnValue:
    """Choose an amount, and go to pay it."""
    ways, tenant = providers(), current_workspace()
    if not ways:
        abort(404)
    offered = [(amount // MICRO, amount) for amount in choices()]
    initial = {"choice": offered[1][0] if len(offered) > 1 else "", "provider": next(iter(ways))}
    form = Form(TopUp, request.form if request.method == "POST" else None, initial=initial)
    if form.valid and _begin(form, ways):
        return redirect(f"/wallet/payments/{form.value.form_key}/pay", 303)
    with transaction(tenant_scope(tenant.id)) as session:
        balance = wallet_balance(session, tenant.id, tenant.currency)
    page = render(
        "app/wallet/top_up.html",
        form=form,
        key=new_id(),  # of a payment of its own, also where this one was refused
        tenant=tenant,
        balance=balance,
        choices=offered,
        ways=[(name, _(one.title)) for name, one in ways.items()],
        least=least(),
        most=most(),
    )
    return page, form.status


@views.get("/wallet/payments")
@allowed("wallet.view")
def index() -> ResponseReturnValue:
    """What was paid into the wallet, and what was not."""
    tenant = current_workspace()
    with transaction(tenant_scope(tenant.id)) as session:
        rows = session.scalars(select(Payment).order_by(Payment.id.desc()).limit(SHOWN)).all()
        documents = of_payments(session, [row.id for row in rows])
    return render("app/wallet/payments.html", rows=rows, documents=documents, way=way, ways=providers())


@views.get("/wallet/invoices/<uuid:invoice_id>.pdf")
@allowed("wallet.view")
def invoice(invoice_id: UUID) -> ResponseReturnValue:
    """An invoice or a credit note."""
    with transaction(tenant_scope(current_workspace().id)) as session:
        found = session.get(Invoice, invoice_id) or abort(404)
        return download(session, found)


@views.get("/wallet/payments/<uuid:payment_id>/pay")
@allowed("wallet.topup")
def pay(payment_id: UUID) -> ResponseReturnValue:
    """On to the provider's page: from a page of its own, since no form of ours may lead to somebody else's host."""
    payment = _payment(payment_id)
    if payment.state != "open" or not payment.address:
        return redirect(f"/wallet/payments/{payment_id}", 303)
    return render("app/wallet/pay.html", payment=payment)


@views.get("/wallet/payments/<uuid:payment_id>")
@allowed("wallet.view")
def show(payment_id: UUID) -> ResponseReturnValue:
    """Back from paying: what has become of it, kept up to date while the page is open."""
    back = request.args.get("back", "")
    return render("app/wallet/payment.html", payment=_payment(payment_id), turned_back=back == "cancelled")


def _begin(form: Form[TopUp], ways: Mapping[str, PaymentProvider]) -> bool:
    """Whether there is a payment to go on with; else the form says what is wrong."""
    tenant, sent = current_workspace(), form.value
    chosen = ways.get(sent.provider or next(iter(ways)))
    if chosen is None:
        form.fail("provider", _("Choose one of those that are offered."))
    elif not sent.micro:
        form.fail("amount", _("Choose an amount, or enter one of your own."))
    if chosen is None or form.errors:
        return False
    here = f"{site()}/wallet/payments/{sent.form_key}"
    title = _("Credit for %(brand)s", brand=platform_brand().name)
    wanted = PaymentRequest(
        sent.form_key, sent.micro, tenant.currency, title, language(), here, f"{here}?back=cancelled"
    )
    try:
        start(tenant.id, chosen, wanted, current_user.user.id)
    except PaymentError as error:
        form.fail("amount", _(str(error)))
    except KeyReusedError:
        form.fail("", _("This form was sent before, with something else in it. Open it anew."))
    except ProviderError as error:
        log.warning("payment not started", provider=chosen.name, reason=str(error))
        form.fail("", _("The payment could not be started. Nothing was charged. Open this page anew and try again."))
    return form.valid


def _payment(payment_id: UUID) -> Payment:
    with transaction(tenant_scope(current_workspace().id)) as session:
        return session.get(Payment, payment_id) or abort(404)
