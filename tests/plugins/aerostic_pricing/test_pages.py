"""The pages about prices: who sees which book, what new prices would change, and putting them in force once."""

import io
from dataclasses import dataclass
from uuid import UUID

import pytest
from aerostic_pricing.books import ANY, Rule
from aerostic_pricing.store import Owner, sheet_of, versions
from flask import Flask

from aerostic.billing import NewCharge, Outcome, open_charges, settle
from aerostic.db import new_id, tenant_scope, transaction
from aerostic.ledger import credit, hold
from aerostic.tenancy.plugins import view_for
from aerostic.testing.people import Client, sign_in
from tests.core.web.platform.test_consoles import staff
from tests.plugins.aerostic_pricing.shop import HEAD, TENTH, put, quoted
from tests.support.factories import TESTS, make_reseller, make_tenant

PAGE = {"Accept": "text/html"}
PLATFORM, RESELLER = "/platform/p/pricing", "/reseller/p/pricing"


@dataclass(frozen=True)
class Market:
    """A reseller with a workspace, and another one."""

    reseller: UUID
    tenant: UUID
    other: UUID
    others_tenant: UUID


@pytest.fixture
def market(app: Flask) -> Market:
    first, second = make_reseller(name="Northwind").id, make_reseller(name="Southwind").id
    tenants = (make_tenant(reseller_id=one).id for one in (first, second))
    return Market(first, next(tenants), second, next(tenants))


@pytest.fixture
def platform(app: Flask) -> Client:
    return staff(app, "platform", "admin.localhost")


@pytest.fixture
def reseller(app: Flask, market: Market) -> Client:
    return staff(app, "reseller", "app.localhost", market.reseller)


def text(client: Client, path: str) -> str:
    answer = client.get(path, headers=PAGE)
    assert (path, answer.status_code) == (path, 200)
    return " ".join(answer.text.split())


def latest(owner: Owner) -> list[object]:
    with transaction(TESTS) as session:
        return [(book.number, book.note, sheet_of(session, book).rules) for book in versions(session, owner)]


def test_only_the_consoles_own_people_reach_the_pages_and_only_on_its_hosts(app: Flask, market: Market) -> None:
    visitors = {
        "platform": staff(app, "platform", "admin.localhost"),
        "reseller": staff(app, "reseller", "app.localhost", market.reseller),
        "owner": sign_in(app, market.tenant, "owner", "app.localhost"),
        "nobody": Client(app, app.response_class),
    }
    asked = [
        ("admin.localhost", f"{PLATFORM}/"),
        ("app.localhost", f"{RESELLER}/"),
        ("app.localhost", f"{PLATFORM}/books"),
        ("admin.localhost", f"{RESELLER}/"),
    ]
    found = {}
    for name, client in visitors.items():
        home = client.host
        found[name] = []
        for host, path in asked:
            client.host = host
            found[name].append(client.get(path, headers=PAGE).status_code if host == home or name == "nobody" else None)
    assert found == {
        "platform": [200, None, None, 404],
        "reseller": [None, 200, 404, None],
        "owner": [None, 403, 404, None],
        "nobody": [303, 303, 404, 404],
    }


def test_the_rate_card_is_searched(platform: Client) -> None:
    page = text(platform, f"{PLATFORM}/?q=germ")
    assert "Germany" in page and "$0.1365" in page and "Brazil" not in page


def test_the_rail_leads_to_the_pages(platform: Client, reseller: Client) -> None:
    assert f'href="{PLATFORM}/"' in text(platform, "/overview")
    assert f'href="{RESELLER}/" aria-current="page"' in text(reseller, f"{RESELLER}/books")


def test_a_reseller_sees_what_it_pays_beside_what_its_workspaces_pay(reseller: Client, market: Market) -> None:
    put(Owner(market.reseller), Rule(ANY, ANY, 100_000))
    put(Owner(market.reseller, clients=True), Rule(ANY, ANY, 150_000))
    put(Owner(tenant_id=market.tenant), Rule(ANY, ANY, 125_000))
    general = text(reseller, f"{RESELLER}/?q=India&category=utility")
    special = text(reseller, f"{RESELLER}/?q=India&category=utility&book=tenant-{market.tenant}")
    assert all(f"<bdi>{amount}</bdi>" in general for amount in ("$0.10", "$0.15", "$0.05"))
    assert all(f"<bdi>{amount}</bdi>" in special for amount in ("$0.10", "$0.125", "$0.025"))


def test_books_are_listed_for_those_who_see_them(platform: Client, reseller: Client, market: Market) -> None:
    own, all_ = text(reseller, f"{RESELLER}/books"), text(platform, f"{PLATFORM}/books")
    for key in (f"reseller-{market.reseller}", f"clients-{market.reseller}", f"tenant-{market.tenant}"):
        assert key in own and key in all_
    for key in ("platform", f"reseller-{market.other}", f"clients-{market.other}", f"tenant-{market.others_tenant}"):
        assert f"/books/{key}" not in own and f"/books/{key}" in all_


def test_books_are_found_by_the_name_of_those_they_are_for(platform: Client, market: Market) -> None:
    page = text(platform, f"{PLATFORM}/books?q=southw")
    assert f"clients-{market.other}" in page and f"clients-{market.reseller}" not in page


@pytest.mark.parametrize(
    "of", ["platform", "reseller-{0.other}", "clients-{0.other}", "tenant-{0.others_tenant}", "x", "tenant-x"]
)
def test_a_reseller_reaches_no_book_of_others(reseller: Client, market: Market, of: str) -> None:
    for path in ("", "/1.csv", "/new"):
        assert reseller.get(f"{RESELLER}/books/{of.format(market)}{path}", headers=PAGE).status_code == 404


def test_a_book_is_written_from_one_console_only(platform: Client, reseller: Client, market: Market) -> None:
    free = make_tenant().id
    keys = [
        "platform",
        f"reseller-{market.reseller}",
        f"clients-{market.reseller}",
        f"tenant-{market.tenant}",
        f"tenant-{free}",
    ]
    ours = [platform.get(f"{PLATFORM}/books/{key}/new", headers=PAGE).status_code for key in keys]
    theirs = [reseller.get(f"{RESELLER}/books/{key}/new", headers=PAGE).status_code for key in keys[1:4]]
    assert (ours, theirs) == ([200, 200, 404, 404, 200], [404, 200, 200])


def test_a_version_is_shown_and_downloaded_as_it_was_written(reseller: Client, market: Market) -> None:
    rules = (Rule("India", "utility", 5, above=1_000), TENTH)
    put(Owner(market.reseller, clients=True), *rules, free={"service": 9})
    path = f"{RESELLER}/books/clients-{market.reseller}"
    page = text(reseller, path)
    assert "after 1,000 messages of the month" in page and "9 free for each number" in page
    answer = reseller.get(f"{path}/1.csv")
    lines = answer.get_data(as_text=True).lstrip("\ufeff").splitlines()
    assert lines == [HEAD.strip(), "*,*,,10,,,,", "India,utility,0.000005,,,,1000,", "*,service,,,,,,9"]
    assert reseller.get(f"{path}/2.csv", headers=PAGE).status_code == 404


def test_new_prices_are_looked_at_first_and_put_in_force_once(reseller: Client, market: Market) -> None:
    path, owner = f"{RESELLER}/books/clients-{market.reseller}/new", Owner(market.reseller, clients=True)
    file = (io.BytesIO((HEAD + "Germany,marketing,0.2,,,,,\n*,marketing,,0,,,,\n").encode()), "prices.csv")
    seen = reseller.post_form(path, {"file": file, "currency": "USD"})
    assert seen.status_code == 200
    assert "$0.1365" in seen.text and "$0.20" in seen.text and "Nothing was paid for" in seen.text
    assert latest(owner) == []
    sheet = HEAD + "Germany,marketing,0.2,,,,,\n*,marketing,,0,,,,\n"
    form = {"sheet": sheet, "currency": "USD", "note": "Spring", "act": "put", "form_key": str(new_id())}
    for _again in range(2):
        assert reseller.post_form(path, form).status_code == 303
    rules = (Rule(ANY, "marketing"), Rule("Germany", "marketing", 200_000))
    assert latest(owner) == [(1, "Spring", rules)]


def test_a_percentage_is_a_book_of_one_line(reseller: Client, market: Market) -> None:
    path = f"{RESELLER}/books/tenant-{market.tenant}/new"
    assert reseller.post_form(path, {"percent": "12.5", "currency": "USD", "act": "put"}).status_code == 303
    assert quoted(market.tenant, "marketing", "BR").share == 7_813


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "Choose a file, or enter a percentage; not both."),
        ({"percent": "5", "sheet": HEAD}, "Choose a file, or enter a percentage; not both."),
        ({"sheet": HEAD + "Atlantis,marketing,1,,,,,\n"}, "Line 2: &#39;Atlantis&#39; is no market of the rate card."),
        ({"percent": "-101"}, "Enter -100 or more."),
        ({"percent": "NaN"}, "Enter a number."),
        ({"percent": "5", "currency": "usd"}, "is no currency"),
        ({"percent": "5", "currency": "USD", "exchange": "2"}, "Leave the exchange rate out."),
        ({"percent": "5", "currency": "EUR"}, "with an exchange rate"),
        ({"percent": "5", "currency": "EUR", "exchange": "0"}, "Enter more than 0."),
        ({"percent": "5", "starts": "soon"}, "Enter a date and a time."),
        ({"percent": "5", "starts": "2020-01-01T00:00"}, "a moment on that is still to come"),
    ],
)
def test_what_cannot_be_taken_is_told_and_changes_nothing(
    reseller: Client, market: Market, form: dict[str, str], words: str
) -> None:
    answer = reseller.post_form(f"{RESELLER}/books/tenant-{market.tenant}/new", {"act": "put", **form})
    assert (answer.status_code, words in answer.text) == (422, True)
    assert latest(Owner(tenant_id=market.tenant)) == []


def test_a_file_that_is_no_text_is_refused(reseller: Client, market: Market) -> None:
    file = (io.BytesIO(b"\xff\xfe\x00"), "prices.csv")
    answer = reseller.post_form(f"{RESELLER}/books/tenant-{market.tenant}/new", {"file": file})
    assert (answer.status_code, "cannot be read" in answer.text) == (422, True)


def test_the_simulator_tells_what_last_months_messages_would_bring(reseller: Client, market: Market) -> None:
    put(Owner(market.reseller), Rule(ANY, ANY, 100_000))
    _pay(market.tenant, 3, "DE", "utility")
    _pay(market.tenant, 1, "BR", "marketing")
    _pay(market.others_tenant, 5, "BR", "marketing")
    sheet = HEAD + "*,utility,0.15,,,,,\n"
    answer = reseller.post_form(f"{RESELLER}/books/clients-{market.reseller}/new", {"sheet": sheet, "currency": "USD"})
    page = " ".join(answer.text.split())
    assert answer.status_code == 200
    # Three for 0.15 in place of 0.10, and one that stays at 0.10, of which the reseller keeps nothing.
    for words in ('<bdi>$0.55</bdi><div class="small text-secondary fw-normal">now <bdi>$0.40</bdi>', "+$0.15"):
        assert words in page
    assert latest(Owner(market.reseller, clients=True)) == []


def _pay(tenant_id: UUID, count: int, country: str, category: str) -> None:
    """Messages that were delivered at today's price."""
    price = quoted(tenant_id, category, country)
    rows = [NewCharge(new_id(), category, country, price, new_id()) for _ in range(count)]
    with transaction(tenant_scope(tenant_id)) as session:
        credit(session, tenant_id, price.amount * count, "USD", f"test:{new_id()}")
        held = hold(session, tenant_id, f"test:{new_id()}", price.amount * count, "USD")
        open_charges(session, tenant_id, held, rows)
        rules = view_for(session, tenant_id).billing_rules
        settle(session, tenant_id, rules, [(row.id, Outcome("delivered")) for row in rows])
