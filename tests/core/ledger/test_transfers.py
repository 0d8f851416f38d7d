"""Single transfers: once a key, never below a floor, and refused with nothing posted."""

import pytest
from flask import Flask
from sqlalchemy import text

from aerostic.db import tenant_scope, transaction
from aerostic.ledger import (
    AlreadyReversedError,
    InsufficientFundsError,
    InvalidTransferError,
    KeyReusedError,
    Transfer,
    account,
    credit,
    revenue,
    reverse,
    transfer,
    verify,
    wallet,
    wallet_balance,
)
from tests.core.ledger.books import Books

ENTRIES = text("SELECT version, amount, balance_after FROM ledger_entry WHERE account_id = :id ORDER BY version")


@pytest.fixture
def books(app: Flask) -> Books:
    return Books.with_credit(1_000)


def pay(books: Books, key: str, amount: int) -> Transfer:
    with transaction(tenant_scope(books.tenant_id)) as session:
        source, target = wallet(session, books.tenant_id, "USD"), revenue(session, books.tenant_id, "USD")
    return Transfer(books.tenant_id, key, "capture", source, target, amount)


def test_a_transfer_moves_the_amount_and_writes_two_entries(books: Books) -> None:
    paid = pay(books, "a", 400)
    with transaction(tenant_scope(books.tenant_id)) as session:
        assert transfer(session, paid) == paid.id
    assert books.balances() == {"outside": -1_000, "wallet": 600, "revenue": 400}
    with transaction(tenant_scope(books.tenant_id)) as session:
        assert session.execute(ENTRIES, {"id": paid.source_id}).all() == [(1, 1_000, 1_000), (2, -400, 600)]
        assert session.execute(ENTRIES, {"id": paid.target_id}).all() == [(1, 400, 400)]
        assert verify(session).balanced


def test_a_repeated_key_posts_once_and_gives_the_first_id(books: Books) -> None:
    first = pay(books, "a", 400)
    with transaction(tenant_scope(books.tenant_id)) as session:
        assert transfer(session, first) == transfer(session, pay(books, "a", 400))
    assert books.balances()["wallet"] == 600


def test_a_repeat_succeeds_even_when_the_wallet_is_empty_by_then(books: Books) -> None:
    first = pay(books, "a", 1_000)
    with transaction(tenant_scope(books.tenant_id)) as session:
        transfer(session, first)
        assert transfer(session, pay(books, "a", 1_000)) == first.id


def test_a_key_with_another_amount_is_refused(books: Books) -> None:
    with transaction(tenant_scope(books.tenant_id)) as session:
        transfer(session, pay(books, "a", 400))
        with pytest.raises(KeyReusedError, match="'a' already belongs"):
            transfer(session, pay(books, "a", 401))
    assert books.balances()["wallet"] == 600


def test_an_overdraft_is_refused_and_the_session_stays_usable(books: Books) -> None:
    with transaction(tenant_scope(books.tenant_id)) as session:
        with pytest.raises(InsufficientFundsError, match="Top up the wallet"):
            transfer(session, pay(books, "a", 1_001))
        transfer(session, pay(books, "a", 1_000))
    assert books.balances() == {"outside": -1_000, "wallet": 0, "revenue": 1_000}


@pytest.mark.parametrize("amount", [0, -1, 10**15 + 1, 1.5, True])
def test_an_amount_that_is_no_positive_whole_number_is_refused(books: Books, amount: int) -> None:
    with pytest.raises(InvalidTransferError, match="whole number of micro-credits from 1"):
        pay(books, "a", amount)


def test_accounts_of_two_currencies_are_refused(books: Books) -> None:
    with transaction(tenant_scope(books.tenant_id)) as session:
        euros = wallet(session, books.tenant_id, "EUR")
        wrong = Transfer(books.tenant_id, "a", "capture", pay(books, "a", 1).source_id, euros, 1)
        with pytest.raises(InvalidTransferError, match="one currency"):
            transfer(session, wrong)


def test_another_tenants_account_cannot_be_moved(books: Books) -> None:
    other = Books.with_credit(1_000)
    stolen = pay(other, "a", 1)
    mine = Transfer(books.tenant_id, "a", "capture", stolen.source_id, pay(books, "a", 1).target_id, 1)
    with (
        transaction(tenant_scope(books.tenant_id)) as session,
        pytest.raises(InvalidTransferError, match="may be seen here"),
    ):
        transfer(session, mine)
    assert other.balances()["wallet"] == 1_000


def test_a_currency_that_is_none_is_refused(books: Books) -> None:
    with (
        transaction(tenant_scope(books.tenant_id)) as session,
        pytest.raises(InvalidTransferError, match="'usd' is no currency"),
    ):
        credit(session, books.tenant_id, 1, "usd", "b")


def test_an_account_is_made_once(books: Books) -> None:
    with transaction(tenant_scope(books.tenant_id)) as session:
        made = account(session, tenant_id=books.tenant_id, purpose="bonus", currency="USD")
        assert account(session, tenant_id=books.tenant_id, purpose="bonus", currency="USD") == made


def test_a_reversal_moves_the_money_back_and_happens_once(books: Books) -> None:
    with transaction(tenant_scope(books.tenant_id)) as session:
        paid = transfer(session, pay(books, "a", 400))
        back = reverse(session, paid, "undo:a")
        assert reverse(session, paid, "undo:a") == back
    assert books.balances() == {"outside": -1_000, "wallet": 1_000, "revenue": 0}
    with transaction(tenant_scope(books.tenant_id)) as session:
        transfer(session, pay(books, "b", 400))
    with pytest.raises(AlreadyReversedError), transaction(tenant_scope(books.tenant_id)) as session:
        reverse(session, paid, "undo:a again")
    assert books.balances()["wallet"] == 600


def test_reading_a_balance_makes_no_account(books: Books) -> None:
    with transaction(tenant_scope(books.tenant_id)) as session:
        assert wallet_balance(session, books.tenant_id, "USD") == 1_000
        assert wallet_balance(session, books.tenant_id, "EUR") == 0
        assert verify(session).accounts == 2
