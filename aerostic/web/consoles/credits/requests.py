"""Acts that wait for a second person, and those that were decided: their table, and deciding."""

from typing import Any
from uuid import UUID

from flask import abort
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from aerostic.billing.credits.acts import approve, decline
from aerostic.billing.credits.contract import CreditError
from aerostic.billing.credits.models import CreditRequest
from aerostic.db import Scope, transaction
from aerostic.identity.models import User
from aerostic.ledger import InsufficientFundsError
from aerostic.tenancy.models import Reseller, Tenant
from aerostic.web.consoles.credits.giving import acting
from aerostic.web.pages.formats import money
from aerostic.web.pages.render import toast
from aerostic.web.pages.tables import Column, Filter, TableSpec, TableState
from aerostic.words import N_

ASKED = {"sale": N_("Sale"), "topup": N_("Credit"), "allocation": N_("Allocation")}
STATES = {"waiting": N_("Waiting"), "approved": N_("Approved"), "declined": N_("Declined")}


def requests_table() -> TableSpec:
    """The table of requests: what waits, unless the address asks for what was decided."""
    return TableSpec(
        "requests",
        CreditRequest.id,
        [
            Column("what", _("What")),
            Column("amount", _("Amount"), numeric=True),
            Column("created", _("Asked for"), CreditRequest.asked_at, extra=True),
            Column("act", _("Decision")),
        ],
        filters=[Filter("state", _("State"), _in_state, [(name, _(words)) for name, words in STATES.items()])],
    )


def requests(state: TableState) -> Select[*tuple[Any, ...]]:
    """The requests of a table, with the names of those they are about; what needed nobody's approval is none."""
    names = Tenant.name.label("tenant"), Reseller.name.label("reseller"), User.name.label("person")
    query = (
        select(CreditRequest, *names)
        .outerjoin(Tenant, Tenant.id == CreditRequest.tenant_id)
        .outerjoin(Reseller, Reseller.id == CreditRequest.reseller_id)
        .outerjoin(User, User.id == CreditRequest.asked_by)
    )
    return query if "state" in state.filters else query.where(CreditRequest.state == "waiting")


def waiting(session: Session) -> int:
    """How many wait, within the session's scope."""
    return session.scalar(select(func.count()).where(CreditRequest.state == "waiting")) or 0


def decide(scope: Scope, request_id: UUID, act: str) -> None:
    """Approve or decline a request, and say on the next page what came of it; 404 where there is none."""
    try:
        with transaction(scope) as session:
            done = (approve if act == "approve" else decline)(session, request_id, acting())
    except LookupError:
        abort(404)
    except CreditError as error:
        toast(_(str(error)), "danger")
    except InsufficientFundsError:
        toast(_("There is not enough credit for this now. It waits on: approve it when there is more."), "danger")
    else:
        amount = money(done.amount, done.currency)
        words = N_("%(amount)s are approved.") if done.state == "approved" else N_("%(amount)s are declined.")
        toast(_(words, amount=amount))


def _in_state(value: str) -> ColumnElement[bool] | None:
    if value not in STATES:
        return None
    needed = CreditRequest.decided_by.is_not(None) | (CreditRequest.state == "waiting")
    return (CreditRequest.state == value) & needed
