"""The page of a reseller's earnings: what each workspace paid in a month, and taking over what is left of it."""

import re

import pytest
from flask import Flask
from sqlalchemy import text

from aerostic.billing.usage import today
from aerostic.db import new_id, platform_scope, transaction
from aerostic.testing.people import Client
from tests.core.billing.credits.market import ONE, Market
from tests.core.billing.credits.test_earnings import SHARE, sold
from tests.core.web.platform.test_consoles import PAGE, staff
from tests.support.factories import make_reseller, make_tenant

HERE = "/reseller/credits/earnings"
USED = text(
    "INSERT INTO billing_usage (tenant_id, day, number_id, market, category, currency, count, paid_count, amount, paid, shares)"
    " VALUES (:tenant, :day, gen_random_uuid(), 'US', 'marketing', 'USD', 4, 4, :paid, :paid, :shares)"
)


@pytest.fixture
def market(app: Flask) -> Market:
    return Market.with_credit(0)


@pytest.fixture
def reseller(app: Flask, market: Market) -> Client:
    return staff(app, "reseller", "app.localhost", market.reseller_id)


def cells(page: str) -> list[list[str]]:
    """The words of the table's rows."""
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", page.split("<tbody")[1], re.DOTALL)
    found = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in row] for row in found]


def test_a_month_is_told_for_each_workspace(reseller: Client, market: Market) -> None:
    strangers = make_tenant(reseller_id=make_reseller().id).id
    with transaction(platform_scope("tests")) as session:
        for tenant_id in (market.tenant_id, strangers):
            values = {"tenant": tenant_id, "day": today(), "paid": 8 * ONE, "shares": 2 * ONE}
            session.execute(USED, values)
    (row,) = cells(reseller.get(HERE, headers=PAGE).text)
    assert row[1:6] == ["4", "$8.00", "$6.00", "$2.00", "$0.50"]
    (row,) = cells(reseller.get(f"{HERE}?month={today().year - 1}-{today().month:02}", headers=PAGE).text)
    assert row[1] == "4"  # beyond the months that are offered: the present one


def test_what_was_earned_is_taken_over_once(reseller: Client, market: Market) -> None:
    sold(market.tenant_id, 3)
    page = reseller.get(HERE, headers=PAGE).text
    key = re.findall('name="form_key" value="([^"]+)"', page)[0]
    for _ in range(2):
        assert reseller.post_form(HERE, {"currency": "USD", "form_key": key}).status_code == 303
    assert market.balances()[0] == 3 * SHARE
    statement = reseller.get("/reseller/credits/statement", headers=PAGE).text
    assert ("Earned" in statement, "Margins of messages" in statement) == (True, True)


def test_with_nothing_earned_the_page_says_how_it_comes_about(reseller: Client) -> None:
    assert "Nothing was earned yet" in reseller.get(HERE, headers=PAGE).text
    assert reseller.post_form(HERE, {"currency": "USD", "form_key": str(new_id())}).status_code == 303
    assert reseller.post_form(HERE, {"currency": "USD", "form_key": "nonsense"}).status_code == 303
    assert "nothing to take over yet" in reseller.get(HERE, headers=PAGE).text
