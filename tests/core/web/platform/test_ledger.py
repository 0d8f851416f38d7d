"""The ledger in the platform's console: how the books stand, verifying them, and looking into accounts and transfers."""

from uuid import UUID

import pytest
from flask import Flask
from psycopg import Connection

from aerostic.db import new_id, tenant_scope, transaction
from aerostic.jobs.queues import IMPORTS, queue
from aerostic.ledger import Transfer, hold, post, revenue, reverse, wallet
from aerostic.testing.people import Client
from tests.core.billing.books.nights import work_off
from tests.core.billing.credits.market import ONE, Market
from tests.core.billing.money import Money
from tests.core.ledger.books import Books
from tests.core.web.platform.test_consoles import PAGE, staff
from tests.support.factories import make_reseller


@pytest.fixture
def platform(app: Flask) -> Client:
    return staff(app, "platform", "admin.localhost")


@pytest.fixture
def books(app: Flask) -> Books:
    return Books.with_credit(1_000 * ONE)


def page_of(client: Client, path: str) -> str:
    answer = client.get(path, headers=PAGE)
    assert (path, answer.status_code) == (path, 200)
    return str(answer.text)


def pay(books: Books, count: int) -> list[UUID]:
    """So many transfers of a credit from the wallet."""
    with transaction(tenant_scope(books.tenant_id)) as session:
        pair = wallet(session, books.tenant_id, "USD"), revenue(session, books.tenant_id, "USD")
        made = [Transfer(books.tenant_id, f"pay {n}", "capture", *pair, ONE) for n in range(count)]
        post(session, made)
    return [one.id for one in made]


def account_of(books: Books) -> UUID:
    with transaction(tenant_scope(books.tenant_id)) as session:
        return wallet(session, books.tenant_id, "USD")


def test_the_trial_balance_sums_to_zero_for_each_currency_and_leads_to_its_accounts(
    platform: Client, books: Books
) -> None:
    pay(books, 1)
    page = page_of(platform, "/ledger")
    assert [amount in page for amount in ("-$1,000.00", "$999.00", "$1.00", "<bdi>$0.00</bdi>")] == [True] * 4
    assert "not zero" not in page
    link = next(part for part in page.split('"') if "purpose=wallet" in part).replace("&amp;", "&")
    assert f"/ledger/accounts/{account_of(books)}" in page_of(platform, link)


def test_the_books_are_verified_in_the_background_once_however_often_it_is_asked_for(
    platform: Client, books: Books
) -> None:
    assert "Not verified yet" in page_of(platform, "/ledger")
    for _ in range(2):
        assert platform.post_form("/ledger/verify").location == "/ledger"
    page = page_of(platform, "/ledger")
    assert ("Running" in page, "every 3s" in page, queue(IMPORTS).count) == (True, True, 1)
    work_off()
    page = page_of(platform, "/ledger")
    assert ("Balances" in page, "Running" in page, "every 3s" in page, "Staff" in page) == (True, False, False, True)


def test_what_is_off_is_named_there_and_on_the_overview(platform: Client, books: Books, admin: "Connection") -> None:
    admin.execute("UPDATE ledger_account SET balance = balance + 1 WHERE purpose = 'wallet'")
    assert "The books do not balance." not in page_of(platform, "/overview")
    platform.post_form("/ledger/verify")
    work_off()
    page = page_of(platform, "/ledger")
    assert "account: its balance or version is not that of its entries" in page
    assert ("version 1, balance 1000000001" in page, "currency: its accounts do not sum to zero" in page) == (
        True,
        True,
    )
    assert "not zero" in page
    assert "The books do not balance." in page_of(platform, "/overview")
    assert platform.get(f"/ledger/find?id={account_of(books)}").location == f"/ledger/accounts/{account_of(books)}"


def test_accounts_are_found_by_owner_purpose_and_currency(platform: Client, books: Books) -> None:
    market = Market.with_credit(100 * ONE)
    mine, theirs = f"/ledger/accounts/{account_of(books)}", "Reseller"
    for query, own, other in (
        ("owner=tenant&purpose=wallet&currency=USD", True, False),
        ("owner=reseller", False, True),
        ("owner=platform", False, False),
        ("owner=nobody&purpose=nothing", True, True),
    ):
        rows = page_of(platform, f"/ledger/accounts?{query}").partition("<tbody>")[2]
        assert (query, mine in rows, f">{theirs} " in rows) == (query, own, other)
    assert "Nothing matches" in page_of(platform, "/ledger/accounts?currency=EUR")
    assert "Nothing matches" in page_of(platform, "/ledger/accounts?q=nobody%25")
    market.reseller("allocation", ONE)
    assert "One row" in page_of(platform, "/ledger/accounts?owner=reseller&purpose=wallet&q=reseller")


def test_an_account_shows_its_entries_with_the_running_balance_page_by_page(platform: Client, books: Books) -> None:
    pay(books, 30)
    path = f"/ledger/accounts/{account_of(books)}"
    page = page_of(platform, path)
    assert [words in page for words in ("31 rows", "$970.00", "$994.00", "$995.00")] == [True, True, True, False]
    after = page.partition("after=")[2].partition('"')[0]
    assert "$1,000.00" in page_of(platform, f"{path}?after={after}")


def test_a_transfer_leads_to_its_accounts_and_to_what_undid_it(platform: Client, books: Books) -> None:
    (paid,) = pay(books, 1)
    with transaction(tenant_scope(books.tenant_id)) as session:
        back = reverse(session, paid, "back")
    path = f"/ledger/transfers/{paid}"
    assert platform.get(f"/ledger/find?id=+{paid}+", headers=PAGE).location == path
    page = page_of(platform, path)
    assert [link in page for link in (f"/ledger/accounts/{account_of(books)}", f"/ledger/transfers/{back}")] == [
        True
    ] * 2
    assert path in page_of(platform, f"/ledger/transfers/{back}")


def test_a_hold_and_a_message_are_found_with_all_that_moved_for_them(platform: Client, app: Flask) -> None:
    money = Money.with_charges(2)
    money.report((0, "delivered"))
    for subject, words in ((money.hold_id, "Still set aside"), (money.charges[0], "By the rule")):
        path = f"/ledger/subjects/{subject}"
        assert platform.get(f"/ledger/find?id={subject}", headers=PAGE).location == path
        page = page_of(platform, path)
        assert words in page
        transfer = next(part for part in page.split('"') if part.startswith("/ledger/transfers/"))
        assert path in page_of(platform, transfer)


@pytest.mark.parametrize(
    ("wanted", "words"), [("nonsense", "That is no id"), ("01a21624-65ff-7740-90c1-a7ea143d21c6", "has this id")]
)
def test_an_id_of_nothing_is_told(platform: Client, books: Books, wanted: str, words: str) -> None:
    assert platform.get(f"/ledger/find?id={wanted}", headers=PAGE).location == "/ledger/accounts"
    assert words in page_of(platform, "/ledger/accounts")
    for kind in ("accounts", "transfers", "subjects"):
        assert platform.get(f"/ledger/{kind}/{new_id()}", headers=PAGE).status_code == 404


def test_nobody_but_the_platforms_people_sees_the_ledger(app: Flask, books: Books) -> None:
    client = staff(app, "reseller", "admin.localhost", make_reseller().id)
    (paid,) = pay(books, 1)
    with transaction(tenant_scope(books.tenant_id)) as session:
        hold_id = hold(session, books.tenant_id, "campaign", ONE, "USD")
    for path in (
        "",
        "/accounts",
        "/find?id=1",
        f"/accounts/{account_of(books)}",
        f"/transfers/{paid}",
        f"/subjects/{hold_id}",
    ):
        assert (path, client.get(f"/ledger{path}", headers=PAGE).status_code) == (path, 403)
    assert client.post_form("/ledger/verify").status_code == 403
