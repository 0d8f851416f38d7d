"""Credits in the two consoles: sold, allocated, taken back, approved, and every refusal at its field."""

import csv
import io

import pytest
from flask import Flask

from aerostic.billing.credits.wallets import wallets
from aerostic.db import new_id, transaction
from aerostic.ledger.models import LedgerTransfer
from aerostic.tenancy.models import Reseller
from aerostic.testing.people import Client
from tests.core.billing.credits.market import ONE, Market, posted
from tests.core.web.platform.test_consoles import PAGE, staff
from tests.support.factories import TESTS, make_reseller, make_tenant


@pytest.fixture
def market(app: Flask) -> Market:
    """A reseller with a hundred credits."""
    return Market.with_credit(100 * ONE)


@pytest.fixture
def platform(app: Flask) -> Client:
    return staff(app, "platform", "admin.localhost")


@pytest.fixture
def reseller(app: Flask, market: Market) -> Client:
    return staff(app, "reseller", "app.localhost", market.reseller_id)


def form(amount: str, **values: str) -> dict[str, str]:
    return {"amount": amount, "reason": "correction", "form_key": str(new_id()), **values}


def here(market: Market, act: str = "") -> str:
    return f"/reseller/tenants/{market.tenant_id}{act}"


def test_every_page_about_credits_opens(platform: Client, reseller: Client, market: Market) -> None:
    market.reseller("allocation", 10 * ONE)
    for path in ("", "/sell", "/statement.csv"):
        assert platform.get(f"/resellers/{market.reseller_id}{path}", headers=PAGE).status_code == 200
    assert platform.get(f"/tenants/{market.tenant_id}/credit", headers=PAGE).status_code == 200
    for path in ("", "/statement", "/statement.csv", "/requests"):
        assert reseller.get(f"/reseller/credits{path}", headers=PAGE).status_code == 200
    for path in (here(market, "/allocate"), here(market, "/take-back")):
        assert reseller.get(path, headers=PAGE).status_code == 200


def test_pages_of_a_reseller_without_credits_say_so(app: Flask, platform: Client) -> None:
    nobody = make_reseller()
    client = staff(app, "reseller", "app.localhost", nobody.id)
    assert "No credits yet" in client.get("/reseller/credits", headers=PAGE).text
    assert "No movements yet" in client.get("/reseller/credits/statement", headers=PAGE).text
    assert client.get("/reseller/credits/statement.csv").text.count("\n") == 1
    assert "No movements yet" in platform.get(f"/resellers/{nobody.id}", headers=PAGE).text


def test_a_sale_an_allocation_and_a_claw_back_move_what_was_typed_once(
    platform: Client, reseller: Client, market: Market
) -> None:
    for client, path, amount in (
        (platform, f"/resellers/{market.reseller_id}/sell", "50.25"),
        (reseller, here(market, "/allocate"), "30"),
        (reseller, here(market, "/take-back"), "0.5"),
    ):
        sent = form(amount)
        for _ in range(2):
            assert (path, client.post_form(path, sent).status_code) == (path, 303)
    assert market.balances() == (120_750_000, 29_500_000)


def test_the_platform_credits_a_resellers_workspace_from_the_resellers_wallet(platform: Client, market: Market) -> None:
    page = platform.get(f"/tenants/{market.tenant_id}", headers=PAGE).text
    assert "Allocate credits" in page and "wallet of its reseller" in page
    platform.post_form(f"/tenants/{market.tenant_id}/credit", form("40"))
    assert market.balances() == (60 * ONE, 40 * ONE)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (form("0"), "Enter more than 0."),
        (form("-5"), "Enter more than 0."),
        (form("1000000.01"), "Enter 1000000 or less."),
        (form("0.001"), "at most 2 digits"),
        (form("ten"), "Enter a number."),
        (form("NaN"), "Enter a number."),
        (form(""), "Fill it in."),
        (form("1", currency="EUR"), "Choose one of those that are offered."),
        (form("1", reason="closing"), "Choose one of the reasons"),
        (form("1", reason=""), "Fill it in."),
        (form("100.01"), "There are $100.00 to give."),
    ],
    ids=lambda value: value if isinstance(value, str) else value["amount"],
)
def test_what_cannot_be_allocated_is_refused_at_its_field_and_nothing_is_posted(
    reseller: Client, market: Market, sent: dict[str, str], words: str
) -> None:
    answer = reseller.post_form(here(market, "/allocate"), {**sent, "note": "Typed"})
    assert (answer.status_code, posted()) == (422, 1)
    assert words in answer.text and 'value="Typed"' in answer.text


def test_more_than_is_free_is_not_taken_back(reseller: Client, market: Market) -> None:
    market.reseller("allocation", 10 * ONE)
    answer = reseller.post_form(here(market, "/take-back"), form("10.01"))
    assert answer.status_code == 422 and "$10.00 are free." in answer.text
    assert market.balances() == (90 * ONE, 10 * ONE)


def test_a_form_sent_again_with_something_else_in_it_is_refused(reseller: Client, market: Market) -> None:
    sent = form("10")
    reseller.post_form(here(market, "/allocate"), sent)
    answer = reseller.post_form(here(market, "/allocate"), {**sent, "amount": "20"})
    assert answer.status_code == 422 and "This form was sent before" in answer.text
    assert market.balances() == (90 * ONE, 10 * ONE)


def test_a_currency_that_a_reseller_has_no_use_for_is_not_sold(platform: Client, market: Market) -> None:
    make_tenant(reseller_id=market.reseller_id, currency="EUR")
    path = f"/resellers/{market.reseller_id}/sell"
    assert platform.post_form(path, form("10", currency="GBP")).status_code == 422
    assert platform.post_form(path, form("10", currency="EUR")).status_code == 303
    with transaction(TESTS) as session:
        found = [(one.currency, one.balance) for one in wallets(session, market.reseller_id)]
    assert found == [("EUR", 10 * ONE), ("USD", 100 * ONE)]


def test_another_resellers_workspace_is_not_there(app: Flask, market: Market) -> None:
    stranger = staff(app, "reseller", "app.localhost", make_reseller().id)
    for act in ("/allocate", "/take-back"):
        assert stranger.post_form(here(market, act), form("1")).status_code == 404
    assert "Bought" not in stranger.get("/reseller/credits/statement", headers=PAGE).text


def test_terms_are_set_and_a_limit_below_what_is_used_is_refused(platform: Client, market: Market) -> None:
    path = f"/resellers/{market.reseller_id}/terms"
    assert platform.post_form(path, {"currency": "USD", "limit": "20", "approval_above": "120"}).status_code == 303
    market.reseller("allocation", 110 * ONE)
    answer = platform.post_form(path, {"currency": "USD", "limit": "9.99"})
    assert answer.status_code == 422 and "further below zero already" in answer.text
    with transaction(TESTS) as session:
        assert session.get_one(Reseller, market.reseller_id).approval_above == 120 * ONE
        assert [one.limit for one in wallets(session, market.reseller_id)] == [20 * ONE]


def test_a_large_allocation_is_approved_by_a_colleague_and_not_by_who_asked(
    app: Flask, reseller: Client, platform: Client, market: Market
) -> None:
    platform.post_form(
        f"/resellers/{market.reseller_id}/terms", {"currency": "USD", "limit": "0", "approval_above": "5"}
    )
    reseller.post_form(here(market, "/allocate"), form("6"))
    page = reseller.get("/reseller/credits/requests", headers=PAGE).text
    assert "Waits for a second person" in page and "/approve" not in page
    colleague = staff(app, "reseller", "app.localhost", market.reseller_id)
    path = next(
        part for part in colleague.get("/reseller/credits/requests", headers=PAGE).text.split('"') if "/approve" in part
    )
    reseller.post_form(path)
    assert market.balances() == (100 * ONE, 0)
    for _ in range(2):
        colleague.post_form(path)
    assert market.balances() == (94 * ONE, 6 * ONE)
    assert "Approved" in platform.get("/credits?state=approved", headers=PAGE).text


def test_a_large_sale_waits_and_is_declined_by_another_person_of_the_platform(
    app: Flask, platform: Client, reseller: Client, market: Market
) -> None:
    platform.post_form(f"/resellers/{market.reseller_id}/sell", form("10000.01"))
    assert "Waits for the platform" in reseller.get("/reseller/credits/requests", headers=PAGE).text
    other = staff(app, "platform", "admin.localhost")
    path = next(part for part in other.get("/credits", headers=PAGE).text.split('"') if "/decline" in part)
    other.post_form(path)
    assert "Declined" in other.get("/credits?state=declined", headers=PAGE).text
    assert market.balances() == (100 * ONE, 0)
    assert other.post_form(f"/credits/{new_id()}/approve").status_code == 404


def test_the_statement_is_narrowed_on_the_page_and_in_the_file(reseller: Client, market: Market) -> None:
    market.reseller("allocation", 10 * ONE, note="=1+1", reason="trial")
    market.reseller("clawback", 2 * ONE)
    page = reseller.get("/reseller/credits/statement", headers=PAGE).text
    assert all(words in page for words in ("Bought", "Allocated", "Taken back", "Trial credit", "$92.00"))
    narrowed = reseller.get("/reseller/credits/statement?kind=allocation&since=2020-01-01&until=2999-01-01").text
    assert "Trial credit" in narrowed and "$92.00" not in narrowed
    assert "Nothing matches" in reseller.get("/reseller/credits/statement?until=2020-01-01", headers=PAGE).text
    whole = reseller.get("/reseller/credits/statement.csv").text.removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(whole)))
    assert [(row["kind"], row["amount"], row["balance"]) for row in rows] == [
        ("clawback", "2", "92"),
        ("allocation", "-10", "90"),
        ("sale", "100", "100"),
    ]
    assert rows[1]["note"] == "'=1+1"
    part = reseller.get("/reseller/credits/statement.csv?kind=sale").text
    assert part.count("\n") == 2


def test_the_page_of_credits_tells_what_each_workspace_was_given_and_has_left(reseller: Client, market: Market) -> None:
    market.reseller("allocation", 30 * ONE)
    market.reseller("clawback", 5 * ONE)
    page = reseller.get("/reseller/credits?sort=-free", headers=PAGE).text
    assert "$75.00" in page and page.count("$25.00") == 2


def test_what_was_posted_names_the_act(reseller: Client, market: Market) -> None:
    sent = form("10")
    reseller.post_form(here(market, "/allocate"), sent)
    with transaction(TESTS) as session:
        keys = {str(row.subject_id): row.key for row in session.query(LedgerTransfer).all()}
    assert keys[sent["form_key"]] == f"credit:{sent['form_key']}"
