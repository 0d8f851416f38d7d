"""Usage: what charges come to by day follows every movement of their money."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from psycopg import Connection

from aerostic.billing import NewCharge, Quote, Used, open_charges, reopen_charges, used
from aerostic.billing.usage import today
from aerostic.db import new_id, reseller_scope, tenant_scope, transaction
from aerostic.ledger import hold
from tests.core.billing.money import PRICE, Money
from tests.support.factories import make_reseller, make_tenant


@pytest.fixture
def money(app: Flask) -> Money:
    return Money.with_charges(4)


def sums(money: Money, *by: str, since: date | None = None) -> list[Used]:
    with transaction(tenant_scope(money.tenant_id)) as session:
        return used(session, since or today(), today(), by)


def agrees_with_charges(admin: "Connection", tenant_id: UUID) -> bool:
    """Whether usage is what a count of the charges gives."""
    query = """
        SELECT count(*), sum(amount), count(*) FILTER (WHERE state = 'captured'),
            coalesce(sum(amount) FILTER (WHERE state = 'captured'), 0),
            coalesce(sum(share) FILTER (WHERE state = 'captured'), 0),
            count(*) FILTER (WHERE state IN ('refunded', 'released')),
            coalesce(sum(amount) FILTER (WHERE state IN ('refunded', 'released')), 0)
        FROM charge WHERE tenant_id = %s"""
    kept = """
        SELECT sum(count), sum(amount), sum(paid_count), sum(paid), sum(shares), sum(back_count), sum(back)
        FROM billing_usage WHERE tenant_id = %s"""
    return admin.execute(query, (tenant_id,)).fetchone() == admin.execute(kept, (tenant_id,)).fetchone()


def test_what_is_opened_counts_as_used_and_neither_paid_nor_back(money: Money) -> None:
    assert sums(money) == [Used(4, 4 * PRICE, 0, 0, 0, 0, 0)]


def test_each_movement_moves_the_count(money: Money, admin: "Connection") -> None:
    money.report((0, "delivered"), (1, "failed"), (2, "silent"))
    assert sums(money) == [Used(4, 4 * PRICE, 1, PRICE, 0, 2, 2 * PRICE)]
    money.report((0, "failed"), (1, "read"))
    assert sums(money) == [Used(4, 4 * PRICE, 1, PRICE, 0, 2, 2 * PRICE)]
    money.report((2, "read"), (0, "failed"))
    assert sums(money) == [Used(4, 4 * PRICE, 2, 2 * PRICE, 0, 1, PRICE)]
    assert agrees_with_charges(admin, money.tenant_id)


def test_what_is_charged_again_counts_again(money: Money) -> None:
    money.report((0, "failed"))
    with transaction(tenant_scope(money.tenant_id)) as session:
        again = hold(session, money.tenant_id, "again", PRICE, "USD")
        assert reopen_charges(session, money.tenant_id, again, money.charges) == 1
    assert sums(money) == [Used(5, 5 * PRICE, 0, 0, 0, 1, PRICE)]


def test_sums_are_told_apart_by_what_is_asked(money: Money) -> None:
    number_id = new_id()
    with transaction(tenant_scope(money.tenant_id)) as session:
        held = hold(session, money.tenant_id, "other", 100, "USD")
        quoted = Quote(10, "USD", "tests")
        places = (("marketing", "DE"), ("utility", "DE"), ("utility", "DE"), ("utility", "BR"))
        rows = [NewCharge(new_id(), category, market, quoted, number_id) for category, market in places]
        assert open_charges(session, money.tenant_id, held, rows) == 4
        found = [(one.category, one.count) for one in used(session, today(), today(), ("category",))]
        assert found == [("marketing", 5), ("utility", 3)]
        of_number = used(session, today(), today(), ("market",), number_id=number_id, category="utility")
        assert [(one.market, one.count, one.amount) for one in of_number] == [("BR", 1, 10), ("DE", 2, 20)]
        assert used(session, today() - timedelta(days=7), today() - timedelta(days=1), ("day",)) == []


def test_opening_the_same_charges_again_counts_once(money: Money) -> None:
    with transaction(tenant_scope(money.tenant_id)) as session:
        rows = [NewCharge(charge, "marketing", "US", Quote(PRICE, "USD", "")) for charge in money.charges]
        assert open_charges(session, money.tenant_id, money.hold_id, rows) == 0
    assert sums(money) == [Used(4, 4 * PRICE, 0, 0, 0, 0, 0)]


def test_a_reseller_sees_the_usage_of_its_own_workspaces_alone(app: Flask) -> None:
    resellers = [make_reseller().id, make_reseller().id]
    tenants = [make_tenant(reseller_id=reseller_id).id for reseller_id in resellers]
    for tenant_id in tenants:
        with transaction(tenant_scope(tenant_id)) as session:
            open_charges(session, tenant_id, None, [NewCharge(new_id(), "service", "US", Quote(0, "USD", ""))])
    for reseller_id, tenant_id in zip(resellers, tenants, strict=True):
        with transaction(reseller_scope(reseller_id)) as session:
            assert [row.tenant_id for row in used(session, today(), today(), ("tenant_id",))] == [tenant_id]
