"""The wallet: what is there, what is set aside, and what came and went."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from flask import g
from pydantic import Field

from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.ledger import wallet_balance
from aerostic.ledger.statement import Only, entries, sums
from aerostic.tenancy.current import current_tenant
from aerostic.web.api.blueprint import Blueprint, needs
from aerostic.web.api.data import Data
from aerostic.web.api.paging import Page, Paging, read_cursor, write_cursor

blueprint = Blueprint("wallet_api", __name__, tag="Wallet", path="wallet")


class WalletOut(Data):
    """What can be spent, and what is set aside for messages on their way, in micro-credits."""

    currency: str
    balance: int
    held: int


class Listing(Paging):
    """Which movements."""

    kind: Annotated[str, Field(max_length=40, description="Only transfers of this kind.")] = ""


class EntryOut(Data):
    """A movement of the wallet, in micro-credits. `subject_id` is what it was for: a message's charge, a campaign."""

    amount: int
    balance_after: int
    kind: str
    note: str
    subject_id: UUID | None
    created_at: datetime


@blueprint.get("")
@needs("wallet.view")
@blueprint.output(WalletOut)
def show() -> WalletOut:
    """Get the balance."""
    tenant_id, currency = current_tenant(), g.tenant.currency
    with transaction(tenant_scope(tenant_id)) as session:
        held = sums(session, tenant_id, currency, since=utcnow()).held
        return WalletOut(currency=currency, balance=wallet_balance(session, tenant_id, currency), held=held)


@blueprint.get("/entries")
@needs("wallet.view")
@blueprint.input(Listing, location="query")
@blueprint.output(Page[EntryOut])
def statement(query_data: Listing) -> Page[EntryOut]:
    """List movements, the newest first."""
    tenant_id, most = current_tenant(), query_data.limit
    before = read_cursor(query_data.cursor, int)[0] if query_data.cursor else None
    with transaction(tenant_scope(tenant_id)) as session:
        found = entries(
            session, tenant_id, g.tenant.currency, limit=most + 1, before=before, only=Only(query_data.kind)
        )
    rows = found[:most]
    cursor = write_cursor(rows[-1].version) if len(found) > most else None
    return Page[EntryOut](data=[_shown(entry) for entry in rows], next_cursor=cursor)


def _shown(entry: object) -> EntryOut:
    return EntryOut.model_validate(entry)
