"""The statement of a reseller's wallet: every movement with its reason and who made it, to narrow and to take along."""

from collections.abc import Iterator, Sequence
from datetime import UTC
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Response, stream_with_context
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import Session

from aerostic.billing.credits.contract import WORDS
from aerostic.billing.credits.models import CreditRequest
from aerostic.billing.credits.wallets import ResellerWallet
from aerostic.db import Scope, apart, transaction
from aerostic.identity.models import User
from aerostic.ledger.models import LedgerEntry, LedgerTransfer
from aerostic.messaging.spreadsheets import BOM, guarded, written
from aerostic.tenancy.models import Tenant
from aerostic.web.pages.formats import MICRO
from aerostic.web.pages.tables import Column, Filter, TableSpec, TableState, period_filters
from aerostic.words import N_

MOVED = {
    "sale": N_("Bought"),
    "allocation": N_("Allocated"),
    "clawback": N_("Taken back"),
    "earning": N_("Earned"),
    "reversal": N_("Corrected"),
}
HEADER = ("time", "kind", "workspace", "reason", "note", "by", "amount", "balance", "currency")
MOST_NAMES = 200
CHUNK = 1_000


def statement_table(session: Session, reseller_id: UUID, wallets: Sequence[ResellerWallet]) -> TableSpec:
    """The table of a reseller's statement; with more than one wallet, there is a choice among them."""
    names = select(Tenant.id, Tenant.name).where(Tenant.reseller_id == reseller_id).order_by(Tenant.name)
    tenants = [(str(row.id), row.name) for row in session.execute(names.limit(MOST_NAMES))]
    known = [(one.currency, one.currency) for one in wallets]
    by_currency = Filter("currency", _("Currency"), lambda value: true() if (value, value) in known else None, known)
    return TableSpec(
        "statement",
        LedgerTransfer.id,
        [
            Column("what", _("What")),
            Column("created", _("When"), LedgerEntry.version, extra=True),
            Column("by", _("By"), extra=True),
            Column("amount", _("Amount"), numeric=True),
            Column("balance", _("Balance"), numeric=True, extra=True),
        ],
        filters=[
            *([by_currency] if len(wallets) > 1 else []),
            Filter("kind", _("Kind"), _of_kind, [(name, _(words)) for name, words in MOVED.items()]),
            Filter("tenant", _("Workspace"), _of_tenant, tenants, more=True),
            *period_filters(LedgerTransfer.created_at),
        ],
    )


def movements(wallet: ResellerWallet) -> Select[*tuple[Any, ...]]:
    """The movements of a wallet, with names where the scope shows them."""
    return (
        select(
            LedgerEntry.amount,
            LedgerEntry.balance_after,
            LedgerTransfer.kind,
            LedgerTransfer.note,
            LedgerTransfer.created_at,
            Tenant.id.label("tenant_id"),
            Tenant.name.label("tenant"),
            CreditRequest.reason,
            User.name.label("person"),
        )
        .join(LedgerTransfer, LedgerTransfer.id == LedgerEntry.transfer_id)
        .outerjoin(Tenant, Tenant.id == LedgerTransfer.tenant_id)
        .outerjoin(CreditRequest, CreditRequest.id == LedgerTransfer.subject_id)
        .outerjoin(User, User.id == CreditRequest.asked_by)
        .where(LedgerEntry.account_id == wallet.id)
    )


def chosen(state: TableState, wallets: Sequence[ResellerWallet]) -> ResellerWallet | None:
    """The wallet that an address asks for, else the first; None where there is none."""
    wanted = state.filters.get("currency", "")
    return next((one for one in wallets if one.currency == wanted), wallets[0] if wallets else None)


def statement_csv(scope: Scope, state: TableState, wallet: ResellerWallet | None, name: str) -> Response:
    """All movements that a table would show, as a file."""
    answer = Response(stream_with_context(_lines(scope, state, wallet)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="credits-{name}.csv"'
    return answer


@apart
def _lines(scope: Scope, state: TableState, wallet: ResellerWallet | None) -> Iterator[str]:
    yield BOM + written([HEADER])
    if wallet is None:
        return
    query = movements(wallet).where(*state.conditions()).order_by(LedgerEntry.version.desc())
    with transaction(scope) as session:
        for some in session.execute(query).yield_per(CHUNK).partitions():
            yield written([_line(row, wallet.currency) for row in some])


def _line(row: Any, currency: str) -> list[str]:
    amounts = [str(Decimal(value) / MICRO) for value in (row.amount, row.balance_after)]
    texts = [guarded(text or "") for text in (row.tenant, WORDS.get(row.reason), row.note, row.person)]
    return [row.created_at.astimezone(UTC).isoformat(), row.kind, *texts, *amounts, currency]


def _of_kind(value: str) -> ColumnElement[bool] | None:
    return LedgerTransfer.kind == value if value in MOVED else None


def _of_tenant(value: str) -> ColumnElement[bool] | None:
    try:
        return LedgerTransfer.tenant_id == UUID(value)
    except ValueError:
        return None
