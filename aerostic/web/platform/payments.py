"""Payments of a workspace: bank transfers are recorded, confirmed, dropped and given back here."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import BaseModel, Field
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from aerostic.billing.invoices.finding import of_payments
from aerostic.billing.invoices.models import Invoice
from aerostic.billing.payments.contract import PaymentError
from aerostic.billing.payments.models import Payment
from aerostic.billing.payments.recording import confirm, drop, give_back, record
from aerostic.db import platform_scope, transaction
from aerostic.identity.models import User
from aerostic.tenancy.models import Tenant
from aerostic.web.invoices.serving import download, way
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.formats import MICRO, money
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast
from aerostic.words import N_

views = Blueprint("platform_payments", __name__)
CONSOLE = platform_scope("platform console")
SHOWN = 100
AMOUNT = N_("Enter an amount with at most two digits after the point.")


class Transferred(BaseModel):
    """A bank transfer as it stands on the statement."""

    amount: Annotated[Decimal, Field(gt=0, le=1_000_000, decimal_places=2)]
    reference: Annotated[str, Field(min_length=3, max_length=140)]


class GivenBack(BaseModel):
    """How much of a bank transfer was sent back."""

    amount: Annotated[Decimal, Field(gt=0, le=1_000_000, decimal_places=2)]


@views.get("/tenants/<uuid:tenant_id>/payments")
@staff_only("platform")
def index(tenant_id: UUID) -> ResponseReturnValue:
    """What was paid into a wallet, and who recorded it."""
    with transaction(CONSOLE) as session:
        tenant = session.get(Tenant, tenant_id) or abort(404)
        rows = _payments(session, tenant_id)
        return render(
            "platform/payments/index.html",
            tenant=tenant,
            rows=rows,
            documents=of_payments(session, [payment.id for payment, _person in rows]),
            way=way,
            me=current_user.user.id,
        )


@views.route("/tenants/<uuid:tenant_id>/payments/new", methods=["GET", "POST"])
@staff_only("platform")
def new(tenant_id: UUID) -> ResponseReturnValue:
    """Record a bank transfer; a reference counts once."""
    with transaction(CONSOLE) as session:
        tenant = session.get(Tenant, tenant_id) or abort(404)
    if tenant.reseller_id:
        abort(404)
    form = Form(Transferred, request.form if request.method == "POST" else None)
    if form.valid:
        try:
            with transaction(CONSOLE) as session:
                amount, reference = int(form.value.amount * MICRO), form.value.reference
                payment = record(session, tenant, amount, reference, current_user.user.id)
        except PaymentError as error:
            form.fail("", _(str(error)))
        else:
            _tell(payment)
            return redirect(f"/tenants/{tenant_id}/payments", 303)
    return render("platform/payments/new.html", tenant=tenant, form=form), form.status


@views.post("/tenants/<uuid:tenant_id>/payments/<uuid:payment_id>/<any(confirm, drop):act>")
@staff_only("platform")
def decide(tenant_id: UUID, payment_id: UUID, act: str) -> ResponseReturnValue:
    """Confirm a large bank transfer that somebody else recorded, or drop it."""
    try:
        with transaction(CONSOLE) as session:
            if act == "confirm":
                _tell(confirm(session, tenant_id, payment_id, current_user.user.id))
            else:
                drop(session, tenant_id, payment_id)
                toast(_("The payment was dropped. Nothing was credited."))
    except LookupError:
        abort(404)
    except PaymentError as error:
        toast(_(str(error)), "danger")
    return redirect(f"/tenants/{tenant_id}/payments", 303)


@views.post("/tenants/<uuid:tenant_id>/payments/<uuid:payment_id>/give-back")
@staff_only("platform")
def return_money(tenant_id: UUID, payment_id: UUID) -> ResponseReturnValue:
    """Note that a bank transfer was sent back, in whole or in part."""
    form = Form(GivenBack, request.form)
    try:
        if not form.valid:
            raise PaymentError(AMOUNT)
        with transaction(CONSOLE) as session:
            payment = give_back(session, tenant_id, payment_id, int(form.value.amount * MICRO))
    except LookupError:
        abort(404)
    except PaymentError as error:
        toast(_(str(error)), "danger")
    else:
        toast(_("%(amount)s were taken out of the wallet.", amount=money(payment.taken_back, payment.currency)))
    return redirect(f"/tenants/{tenant_id}/payments", 303)


@views.get("/tenants/<uuid:tenant_id>/invoices/<uuid:invoice_id>.pdf")
@staff_only("platform")
def invoice(tenant_id: UUID, invoice_id: UUID) -> ResponseReturnValue:
    """An invoice or a credit note of a workspace."""
    with transaction(CONSOLE) as session:
        found = session.get(Invoice, invoice_id)
        if found is None or found.tenant_id != tenant_id:
            abort(404)
        return download(session, found)


def _payments(session: Session, tenant_id: UUID) -> list[Row[Payment, str]]:
    chosen = select(Payment, User.name.label("person")).outerjoin(User, User.id == Payment.started_by)
    chosen = chosen.where(Payment.tenant_id == tenant_id).order_by(Payment.id.desc()).limit(SHOWN)
    return list(session.execute(chosen))


def _tell(payment: Payment) -> None:
    amount = money(payment.amount, payment.currency)
    if payment.state == "open":
        toast(_("%(amount)s wait until a second person has confirmed them.", amount=amount), "info")
    else:
        toast(_("%(amount)s were added.", amount=amount))
