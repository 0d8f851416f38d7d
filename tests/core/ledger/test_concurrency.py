"""Many at once: no overdraft, no key twice, no account twice, no deadlock."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from aerostic.db import tenant_scope, transaction
from aerostic.ledger import InsufficientFundsError, Transfer, hold, post, revenue, transfer, verify, wallet
from tests.core.ledger.books import Books
from tests.support.factories import make_tenant


def at_once(app: Flask, count: int, work: Callable[[int], bool]) -> int:
    """Call `work(place)` from `count` threads that all start together; returns how many said True."""
    start = Barrier(count)

    def run(place: int) -> bool:
        start.wait()
        with app.app_context():
            return work(place)

    with ThreadPoolExecutor(count) as pool:
        return sum(pool.map(run, range(count)))


def sound(books: Books) -> bool:
    with transaction(tenant_scope(books.tenant_id)) as session:
        return verify(session).balanced


def test_of_a_thousand_holds_on_credit_for_five_hundred_exactly_five_hundred_are_placed(app: Flask) -> None:
    books = Books.with_credit(500 * 37 + 36)

    def place(number: int) -> bool:
        try:
            with transaction(tenant_scope(books.tenant_id)) as session:
                hold(session, books.tenant_id, f"hold {number}", 37, "USD")
        except InsufficientFundsError:
            return False
        return True

    assert at_once(app, 1_000, place) == 500
    assert books.balances() == {"outside": -18_536, "wallet": 36, "held": 18_500}
    assert sound(books)


def test_of_debits_that_go_around_the_ledger_the_database_alone_refuses_those_below_the_floor(app: Flask) -> None:
    books = Books.with_credit(1_000)

    def debit(_: int) -> bool:
        try:
            with transaction(tenant_scope(books.tenant_id)) as session:
                session.execute(text("UPDATE ledger_account SET balance = balance - 100 WHERE purpose = 'wallet'"))
        except IntegrityError:
            return False
        return True

    assert at_once(app, 32, debit) == 10
    assert books.balances()["wallet"] == 0


def test_a_key_that_many_use_at_once_posts_once(app: Flask) -> None:
    books = Books.with_credit(1_000)
    with transaction(tenant_scope(books.tenant_id)) as session:
        source, target = wallet(session, books.tenant_id, "USD"), revenue(session, books.tenant_id, "USD")

    def pay(_: int) -> bool:
        wanted = Transfer(books.tenant_id, "once", "capture", source, target, 1_000)
        with transaction(tenant_scope(books.tenant_id)) as session:
            return transfer(session, wanted) == wanted.id

    assert at_once(app, 16, pay) == 1
    assert books.balances() == {"outside": -1_000, "wallet": 0, "revenue": 1_000}


def test_the_same_hold_asked_for_by_many_at_once_is_placed_once(app: Flask) -> None:
    books = Books.with_credit(1_000)
    placed = set()

    def place(_: int) -> bool:
        with transaction(tenant_scope(books.tenant_id)) as session:
            placed.add(hold(session, books.tenant_id, "campaign", 600, "USD"))
        return True

    assert at_once(app, 16, place) == 16
    assert len(placed) == 1
    assert books.balances()["held"] == 600


def test_an_account_asked_for_by_many_at_once_is_made_once(app: Flask) -> None:
    tenant_id, made = make_tenant().id, set()

    def find(_: int) -> bool:
        with transaction(tenant_scope(tenant_id)) as session:
            made.add(wallet(session, tenant_id, "USD"))
        return True

    at_once(app, 16, find)
    assert len(made) == 1


@pytest.mark.parametrize("same_keys", [True, False])
def test_batches_in_both_directions_at_once_neither_deadlock_nor_lose_anything(app: Flask, same_keys: bool) -> None:
    books = Books.with_credit(10_000)
    with transaction(tenant_scope(books.tenant_id)) as session:
        pair = wallet(session, books.tenant_id, "USD"), revenue(session, books.tenant_id, "USD")
        transfer(session, Transfer(books.tenant_id, "start", "capture", *pair, 5_000))

    def move(place: int) -> bool:
        forth = place % 2 == 0
        source, target = pair if forth else pair[::-1]
        name = forth if same_keys else place
        batch = [Transfer(books.tenant_id, f"{name}:{i}", "capture", source, target, 1 + forth) for i in range(50)]
        with transaction(tenant_scope(books.tenant_id)) as session:
            return len(post(session, batch)) == 50

    assert at_once(app, 12, move) == (2 if same_keys else 12)
    assert books.balances()["wallet"] == 5_000 - 50 * (1 if same_keys else 6)
    assert sound(books)
