"""The page of one act with credits: its form, what there is to give, and every refusal at its field."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from flask import redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from aerostic.billing.credits.acts import ask, threshold
from aerostic.billing.credits.contract import REASONS, WORDS, Act, CreditError, Person
from aerostic.billing.credits.models import CreditRequest
from aerostic.billing.credits.wallets import available
from aerostic.db import Scope, new_id, transaction
from aerostic.ledger import InsufficientFundsError, KeyReusedError, wallet_balance
from aerostic.web.pages.formats import MICRO, money
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast
from aerostic.words import N_

TITLES = {
    "sale": N_("Sell credits"),
    "topup": N_("Add credit"),
    "allocation": N_("Allocate credits"),
    "clawback": N_("Take credits back"),
}
DONE = {
    "sale": N_("%(amount)s were sold to %(name)s."),
    "topup": N_("%(amount)s were added."),
    "allocation": N_("%(amount)s were allocated to %(name)s."),
    "clawback": N_("%(amount)s were taken back from %(name)s."),
}


class Giving(BaseModel):
    """An amount with its reason; `form_key` makes it happen once. `currency` is asked for where there is a choice."""

    amount: Annotated[Decimal, Field(gt=0, le=1_000_000, decimal_places=2)]
    currency: str = ""
    reason: Literal[tuple(WORDS)]  # type: ignore[valid-type]
    note: Annotated[str, Field(max_length=200)] = ""
    form_key: UUID


@dataclass(frozen=True, slots=True)
class Errand:
    """An act that a page offers.

    Args:
        kind: as an act has it.
        scope: of who does it.
        name: of who gets it, or loses it.
        back: the page that it is about.
        currencies: those there are to choose among.
        reseller_id, tenant_id: as an act has them.
    """

    kind: str
    scope: Scope
    name: str
    back: str
    currencies: list[str]
    reseller_id: UUID | None = None
    tenant_id: UUID | None = None

    def free(self, session: Session, currency: str) -> int | None:
        """What there is to give, or to take back, in micro-credits; None where the platform itself gives."""
        if self.kind == "clawback" and self.tenant_id:
            return wallet_balance(session, self.tenant_id, currency)
        if self.kind == "allocation" and self.reseller_id:
            return available(session, self.reseller_id, currency)
        return None


def acting() -> Person:
    """Who is signed in, as somebody who acts."""
    return Person(current_user.user.id, current_user.user.staff)


def serve(errand: Errand) -> ResponseReturnValue:
    """Show the form of an act, or do what was sent with it."""
    form = Form(Giving, request.form if request.method == "POST" else None, initial={"form_key": new_id()})
    if form.valid and _give(errand, form):
        return redirect(errand.back, 303)
    with transaction(errand.scope) as session:
        page = render(
            "consoles/credits/give.html",
            form=form,
            errand=errand,
            title=_(TITLES[errand.kind]),
            reasons=[(name, _(WORDS[name])) for name in REASONS[errand.kind]],
            choices=[(currency, currency) for currency in errand.currencies],
            free=errand.free(session, errand.currencies[0]),
            threshold=None if errand.kind == "clawback" else threshold(session, errand.reseller_id, acting()),
        )
    return page, form.status


def _give(errand: Errand, form: Form[Giving]) -> bool:
    """Whether it is done, or waits; else the form says what is wrong."""
    sent = form.value
    currency, amount = sent.currency or errand.currencies[0], int(sent.amount * MICRO)
    if currency not in errand.currencies:
        form.fail("currency", _("Choose one of those that are offered."))
        return False
    try:
        act = Act(
            sent.form_key,
            errand.kind,
            amount,
            currency,
            sent.reason,
            sent.note,
            errand.reseller_id,
            errand.tenant_id,
        )
        with transaction(errand.scope) as session:
            done = ask(session, act, acting())
    except CreditError as error:
        form.fail("reason", _(str(error)))
    except KeyReusedError:
        form.fail(
            "", _("This form was sent before, with something else in it. Look at the statement, then open it anew.")
        )
    except InsufficientFundsError:
        form.fail("amount", _too_much(errand, currency))
    else:
        _tell(done, errand)
    return form.valid


def _too_much(errand: Errand, currency: str) -> str:
    with transaction(errand.scope) as session:
        there = money(errand.free(session, currency) or 0, currency)
    if errand.kind == "clawback":
        return str(_("%(amount)s are free. Take back no more; what is set aside for messages stays.", amount=there))
    return str(_("There are %(amount)s to give. Enter no more, or see that the wallet gets more first.", amount=there))


def _tell(done: CreditRequest, errand: Errand) -> None:
    amount = money(done.amount, done.currency)
    if done.state == "waiting":
        toast(_("%(amount)s wait until a second person has approved them.", amount=amount), "info")
    else:
        toast(_(DONE[errand.kind], amount=amount, name=errand.name))
