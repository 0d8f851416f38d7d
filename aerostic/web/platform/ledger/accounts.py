"""Accounts: found by owner, purpose and currency, and one with its entries."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from aerostic.db import transaction
from aerostic.ledger.models import LedgerAccount, LedgerEntry, LedgerTransfer
from aerostic.tenancy.models import Reseller, Tenant
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.render import render
from aerostic.web.pages.tables import Column, Filter, TableSpec, TableState, fetch
from aerostic.web.platform.ledger.books import CONSOLE
from aerostic.web.platform.ledger.words import KINDS, OWNERS, PURPOSES

views = Blueprint("platform_ledger_accounts", __name__)
OF_OWNER: dict[str, ColumnElement[bool]] = {
    "platform": LedgerAccount.tenant_id.is_(None) & LedgerAccount.reseller_id.is_(None),
    "reseller": LedgerAccount.reseller_id.is_not(None),
    "tenant": LedgerAccount.tenant_id.is_not(None) & LedgerAccount.reseller_id.is_(None),
}


@views.get("/ledger/accounts")
@staff_only("platform")
def index() -> ResponseReturnValue:
    """Accounts, narrowed by whose and what for."""
    with transaction(CONSOLE) as session:
        state = TableState.read(_accounts(session), request.args)
        page = fetch(session, state, owned())
    return render("platform/ledger/accounts.html", state=state, page=page, purposes=PURPOSES)


@views.get("/ledger/accounts/<uuid:account_id>")
@staff_only("platform")
def show(account_id: UUID) -> ResponseReturnValue:
    """An account and its entries, the newest first."""
    state = TableState.read(_entries(), request.args)
    with transaction(CONSOLE) as session:
        owner = session.execute(owned().where(LedgerAccount.id == account_id)).one_or_none() or abort(404)
        page = fetch(session, state, _entries_of(account_id))
    return render("platform/ledger/account.html", owner=owner, state=state, page=page, kinds=KINDS, purposes=PURPOSES)


def owned() -> Select[*tuple[Any, ...]]:
    """Accounts, each with the names of its owner; the platform's have none."""
    return (
        select(LedgerAccount, Tenant.name.label("tenant"), Reseller.name.label("reseller"))
        .outerjoin(Tenant, Tenant.id == LedgerAccount.tenant_id)
        .outerjoin(Reseller, Reseller.id == LedgerAccount.reseller_id)
    )


def _entries_of(account_id: UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(
            LedgerEntry.version,
            LedgerEntry.amount,
            LedgerEntry.balance_after,
            LedgerEntry.transfer_id,
            LedgerTransfer.kind,
            LedgerTransfer.created_at,
            LedgerTransfer.note,
        )
        .join(LedgerTransfer, LedgerTransfer.id == LedgerEntry.transfer_id)
        .where(LedgerEntry.account_id == account_id)
    )


def _accounts(session: Session) -> TableSpec:
    known = session.scalars(select(LedgerAccount.currency).distinct().order_by(LedgerAccount.currency))
    currencies = [(currency, currency) for currency in known]
    return TableSpec(
        "accounts",
        LedgerAccount.id,
        [
            Column("owner", _("Owner")),
            Column("purpose", _("Purpose")),
            Column("balance", _("Balance"), LedgerAccount.balance, numeric=True),
            Column("entries", _("Entries"), LedgerAccount.version, numeric=True, extra=True),
            Column("created", _("Since"), LedgerAccount.created_at, extra=True),
        ],
        filters=[
            Filter("owner", _("Owner"), OF_OWNER.get, [(name, _(words)) for name, words in OWNERS.items()]),
            Filter("purpose", _("Purpose"), _for_purpose, [(name, _(words)) for name, words in PURPOSES.items()]),
            Filter("currency", _("Currency"), lambda value: LedgerAccount.currency == value, currencies),
        ],
        search=lambda q: Tenant.name.icontains(q, autoescape=True) | Reseller.name.icontains(q, autoescape=True),
        placeholder=_("Name of a workspace or reseller"),
    )


def _for_purpose(value: str) -> ColumnElement[bool] | None:
    return LedgerAccount.purpose == value if value in PURPOSES else None


def _entries() -> TableSpec:
    return TableSpec(
        "entries",
        LedgerEntry.version,
        [
            Column("version", _("Number"), LedgerEntry.version),
            Column("kind", _("What")),
            Column("when", _("When"), extra=True),
            Column("amount", _("Amount"), numeric=True),
            Column("balance", _("Balance"), numeric=True),
        ],
        order="-version",
    )
