"""The statement of a wallet: which movements are asked for, their kinds in words, and all of them as a file."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.billing.credits.contract import WORDS
from aerostic.billing.credits.models import CreditRequest
from aerostic.db import apart, tenant_scope, transaction
from aerostic.ledger.statement import Only, all_entries
from aerostic.messaging.spreadsheets import guarded
from aerostic.tenancy.brands import brand_for_tenant
from aerostic.tenancy.models import Tenant
from aerostic.web.pages.access import allowed, current_workspace
from aerostic.words import N_

views = Blueprint("wallet_statement", __name__)
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


@views.get("/wallet/statement.csv")
@allowed("wallet.view")
def download() -> ResponseReturnValue:
    """The movements that the address asks for, as CSV."""
    tenant = current_workspace()
    answer = Response(stream_with_context(_csv(tenant, asked(tenant))), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="statement-{tenant.slug}.csv"'
    return answer


def asked(tenant: Tenant) -> Only:
    """Which movements the address asks for; days are those of the workspace, and what is none is ignored."""
    kind, zone = request.args.get("kind", ""), ZoneInfo(tenant.zone)
    since, until = (_day(request.args.get(name, "")) for name in ("since", "until"))
    return Only(
        kind if kind in KINDS else "",
        datetime.combine(since, time(), zone) if since else None,
        datetime.combine(until + timedelta(days=1), time(), zone) if until else None,
    )


def kinds(session: Session, tenant_id: UUID) -> dict[str, str]:
    """The kinds in words; credit comes from whoever the workspace knows as its provider."""
    brand = brand_for_tenant(session, tenant_id).name
    return {name: str(_(words, brand=brand)) for name, words in KINDS.items()}


def reasons(session: Session, tenant_id: UUID) -> Mapping[UUID | None, str]:
    """Why credit was given or taken back, in words, by what its movements are about."""
    own = select(CreditRequest.id, CreditRequest.reason).where(CreditRequest.tenant_id == tenant_id)
    return {row.id: str(_(WORDS[row.reason])) for row in session.execute(own)}


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


@apart
def _csv(tenant: Tenant, only: Only) -> Iterator[str]:
    header = ["time", "kind", "amount", "balance", "currency", "note", "hold", "subject", "reason"]
    yield BOM + _written([header])
    with transaction(tenant_scope(tenant.id)) as session:
        why = reasons(session, tenant.id)
        for row in all_entries(session, tenant.id, tenant.currency, only=only):
            amounts = [str(Decimal(value) / 1_000_000) for value in (row.amount, row.balance_after)]
            rest = [str(value or "") for value in (row.hold_id, row.subject_id, why.get(row.subject_id))]
            yield _written(
                [[row.created_at.isoformat(), row.kind, *amounts, tenant.currency, guarded(row.note), *rest]]
            )


def _written(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()
