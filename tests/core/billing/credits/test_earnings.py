"""Earnings: the margins of a reseller's workspaces become its credits, once, and never more than there is."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from aerostic.billing import NewCharge, Outcome, Quote, open_charges, settle
from aerostic.billing.credits.contract import CreditError
from aerostic.billing.credits.earnings import earned, take_over
from aerostic.billing.credits.models import CreditRequest
from aerostic.db import new_id, platform_scope, reseller_scope, tenant_scope, transaction
from aerostic.ledger import KeyReusedError, credit, hold, verify
from aerostic.ledger.models import LedgerTransfer
from tests.core.billing.credits.market import RESELLER, Market
from tests.core.billing.money import RULES
from tests.support.factories import make_tenant

PRICE, SHARE = 50, 12


def sold(tenant_id: UUID, count: int, status: str = "delivered") -> list[UUID]:
    """So many messages of a workspace, each with a share for its reseller."""
    ids = [new_id() for _ in range(count)]
    with transaction(tenant_scope(tenant_id)) as session:
        credit(session, tenant_id, count * PRICE, "USD", str(new_id()))
        held = hold(session, tenant_id, f"campaign:{new_id()}", count * PRICE, "USD")
        rows = [NewCharge(charge, "marketing", "US", Quote(PRICE, "USD", "", SHARE)) for charge in ids]
        open_charges(session, tenant_id, held, rows)
    came(tenant_id, ids, status)
    return ids


def came(tenant_id: UUID, ids: list[UUID], status: str) -> None:
    with transaction(tenant_scope(tenant_id)) as session:
        settle(session, tenant_id, RULES, [(charge, Outcome(status)) for charge in ids])


def take(market: Market, key: UUID | None = None, currency: str = "USD") -> CreditRequest:
    with transaction(reseller_scope(market.reseller_id)) as session:
        return take_over(session, market.reseller_id, currency, RESELLER, key or new_id())


def left(market: Market) -> dict[str, int]:
    with transaction(reseller_scope(market.reseller_id)) as session:
        return earned(session, market.reseller_id)


@pytest.fixture
def market(app: Flask) -> Market:
    return Market.with_credit(0)


def test_margins_of_all_workspaces_become_credits(market: Market) -> None:
    other = make_tenant(reseller_id=market.reseller_id).id
    sold(market.tenant_id, 3)
    sold(other, 2)
    sold(make_tenant().id, 5)
    assert left(market) == {"USD": 5 * SHARE}
    done = take(market)
    assert (done.kind, done.amount, done.reason, done.state) == ("earning", 5 * SHARE, "margin", "approved")
    assert (market.balances()[0], left(market)) == (5 * SHARE, {"USD": 0})
    with transaction(platform_scope("tests")) as session:
        moved = select(LedgerTransfer).where(LedgerTransfer.subject_id == done.id)
        assert {row.tenant_id for row in session.scalars(moved)} == {market.tenant_id, other}
        assert verify(session).findings == ()


def test_the_same_form_again_takes_nothing_more(market: Market) -> None:
    sold(market.tenant_id, 1)
    first = take(market)
    sold(market.tenant_id, 1)
    assert (take(market, first.id).id, market.balances()[0]) == (first.id, SHARE)


def test_nothing_earned_is_nothing_to_take(market: Market) -> None:
    sold(market.tenant_id, 2, "failed")
    with pytest.raises(CreditError, match="nothing to take over yet"):
        take(market)
    with pytest.raises(CreditError):
        take(market, currency="EUR")


def test_a_key_of_something_else_is_refused(market: Market) -> None:
    market.platform("sale", 1_000)
    sale = market.platform("sale", 500)
    sold(market.tenant_id, 1)
    with pytest.raises(KeyReusedError):
        take(market, sale.id)


def test_what_failed_after_it_was_taken_over_is_made_up_by_the_next_messages(market: Market) -> None:
    ids = sold(market.tenant_id, 2)
    take(market)
    came(market.tenant_id, ids, "failed")
    assert left(market) == {"USD": 0}
    sold(market.tenant_id, 2)
    assert left(market) == {"USD": 0}
    sold(market.tenant_id, 1)
    assert (left(market), take(market).amount) == ({"USD": SHARE}, SHARE)
