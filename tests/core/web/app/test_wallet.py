"""The wallet's page and statement: every movement in words, only one's own, and all of them as CSV."""

import csv
import html
import io
import json
import re
from datetime import UTC, timedelta

from flask import Flask

from aerostic.db import new_id, tenant_scope, transaction, utcnow
from aerostic.ledger import credit, hold
from aerostic.ledger.statement import all_entries, entries, lines, open_holds
from aerostic.tenancy.brands import brand_of_reseller
from aerostic.testing.people import new_tenant, sign_in
from tests.core.billing.credits.market import Market
from tests.core.billing.money import Money

PAGE = {"Accept": "text/html"}
HOST = "app.localhost"


def chart(page: str, title: str):
    """The data of a chart, by its title."""
    tag = next(tag for tag in re.findall(r'<div class="chart[^>]*>', page) if f'aria-label="{title}"' in tag)
    return json.loads(html.unescape(re.findall('data-chart="([^"]*)"', tag)[0]))


def fill(tenant, count: int = 3) -> None:
    with transaction(tenant_scope(tenant)) as session:
        for n in range(count):
            credit(session, tenant, 1_000_000, "USD", f"{n}", f"Payment {n}")
        hold(session, tenant, f"campaign:{new_id()}", 250_000, "USD")


def test_the_page_tells_balance_holds_and_movements(app: Flask):
    tenant = new_tenant()
    fill(tenant)
    page = sign_in(app, tenant, "owner", HOST).get("/wallet", headers=PAGE).text
    assert "$2.75" in page and "$0.25" in page
    assert "Credit added" in page and "Set aside for messages" in page and "Payment 2" in page


def test_a_kind_narrows_the_statement_and_an_unknown_one_is_ignored(app: Flask):
    tenant = new_tenant()
    fill(tenant)
    owner = sign_in(app, tenant, "owner", HOST)
    assert "Payment 2" not in owner.get("/wallet?kind=hold", headers=PAGE).text
    assert "Payment 2" in owner.get("/wallet?kind=drop%20table", headers=PAGE).text
    assert owner.get("/wallet?before=nonsense", headers=PAGE).status_code == 200


def test_older_movements_follow_and_none_is_missed(app: Flask):
    tenant = new_tenant()
    fill(tenant, 120)
    with transaction(tenant_scope(tenant)) as session:
        whole = [row.version for row in all_entries(session, tenant, "USD", chunk=50)]
        first = entries(session, tenant, "USD", limit=50)
        second = entries(session, tenant, "USD", limit=50, before=first[-1].version)
    assert whole == list(range(121, 0, -1))
    assert [row.version for row in first + second] == whole[:100]
    assert (
        'rel="next" href="/wallet?before=72"' in sign_in(app, tenant, "owner", HOST).get("/wallet", headers=PAGE).text
    )


def test_what_belongs_together_is_one_line(app: Flask):
    tenant = new_tenant()
    with transaction(tenant_scope(tenant)) as session:
        for n in range(5):
            credit(session, tenant, 1_000_000, "USD", f"{n}", "Cash")
        hold(session, tenant, f"campaign:{new_id()}", 250_000, "USD")
        found = lines(session, tenant, "USD", limit=10)
    assert [(line.kind, line.count, line.amount, line.balance_after, line.version) for line in found] == [
        ("hold", 1, -250_000, 4_750_000, 6),
        ("topup", 5, 5_000_000, 5_000_000, 1),
    ]


def test_the_statement_as_csv_adds_up(app: Flask):
    tenant = new_tenant()
    fill(tenant)
    answer = sign_in(app, tenant, "owner", HOST).get("/wallet/statement.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["kind"] for row in rows] == ["hold", "topup", "topup", "topup"]
    assert sum(float(row["amount"]) for row in rows) == float(rows[0]["balance"]) == 2.75


def test_days_narrow_the_statement_and_its_file(app: Flask):
    tenant = new_tenant()
    fill(tenant)
    owner = sign_in(app, tenant, "owner", HOST)
    today = utcnow().astimezone(UTC).date()
    tomorrow = today + timedelta(days=2)
    assert "Payment 2" in owner.get(f"/wallet?since={today - timedelta(days=2)}&until={tomorrow}", headers=PAGE).text
    later = owner.get(f"/wallet?since={tomorrow}&kind=topup", headers=PAGE).text
    assert ("Payment 2" in later, "No movement is of this kind and time." in later) == (False, True)
    assert f"/wallet/statement.csv?kind=topup&amp;since={tomorrow}" in later
    files = [
        owner.get(f"/wallet/statement.csv?{which}").text.count("\n") - 1
        for which in ("kind=topup", f"since={tomorrow}", f"until={today - timedelta(days=2)}", "since=nonsense")
    ]
    assert files == [3, 0, 0, 4]


def test_the_page_tells_for_how_long_the_wallet_lasts_and_what_was_spent_on(app: Flask):
    money = Money.with_charges(4, amount=250_000, wallet=10_000_000)
    money.report((0, "delivered"), (1, "delivered"), (2, "failed"))
    page = sign_in(app, money.tenant_id, "owner", HOST).get("/wallet", headers=PAGE).text
    # Three quarters of a dollar on the first day: two paid, one still held.
    assert "12 days" in page and "At $0.75 a day" in page
    assert chart(page, "Spent by kind of message, in USD")["series"][0]["name"] == "Marketing"
    assert sum(chart(page, "Spent by kind of message, in USD")["series"][0]["data"]) == 0.5


def test_what_is_paid_in_full_is_not_set_aside_any_more(app: Flask):
    money = Money.with_charges(2, amount=250_000, wallet=10_000_000)
    with transaction(tenant_scope(money.tenant_id)) as session:
        assert [one.left for one in open_holds(session, money.tenant_id)] == [500_000]
    money.report((0, "delivered"), (1, "failed"))
    page = sign_in(app, money.tenant_id, "owner", HOST).get("/wallet", headers=PAGE).text
    assert "Nothing is set aside." in page


def test_who_spends_nothing_is_told_no_days(app: Flask):
    tenant = new_tenant()
    fill(tenant)
    page = sign_in(app, tenant, "owner", HOST).get("/wallet", headers=PAGE).text
    assert "Nothing was spent in the last 14 days" in page


def test_a_note_is_no_formula_in_a_spreadsheet(app: Flask):
    tenant = new_tenant()
    with transaction(tenant_scope(tenant)) as session:
        credit(session, tenant, 1_000_000, "USD", "1", "=1+1")
    answer = sign_in(app, tenant, "owner", HOST).get("/wallet/statement.csv")
    [row] = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert row["note"] == "'=1+1"


def test_somebody_elses_wallet_is_not_seen(app: Flask):
    mine, other = new_tenant(), new_tenant()
    fill(other)
    assert "Payment 0" not in sign_in(app, mine, "owner", HOST).get("/wallet", headers=PAGE).text


def test_credit_comes_from_the_brand_and_what_is_taken_back_says_why(app: Flask):
    market = Market.with_credit(10_000_000)
    market.reseller("allocation", 3_000_000, reason="trial", note="Spring")
    market.reseller("clawback", 1_000_000, reason="unused")
    owner = sign_in(app, market.tenant_id, "owner", HOST)
    page = owner.get("/wallet", headers=PAGE).text
    brand = brand_of_reseller(market.reseller_id).name
    assert f"Credit from {brand}" in page and f"Taken back by {brand}" in page
    assert "Trial credit · Spring" in page and "Not used" in page
    rows = list(csv.DictReader(io.StringIO(owner.get("/wallet/statement.csv").text.removeprefix("\ufeff"))))
    assert [(row["kind"], row["reason"]) for row in rows] == [("clawback", "Not used"), ("allocation", "Trial credit")]
