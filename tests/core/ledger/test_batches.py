"""Batches: one statement, all or nothing, every entry kept."""

import pytest
from flask import Flask
from sqlalchemy import text

from aerostic.db import new_id, tenant_scope, transaction
from aerostic.ledger import (
    AlreadyReversedError,
    InsufficientFundsError,
    InvalidTransferError,
    KeyReusedError,
    Transfer,
    post,
    revenue,
    verify,
    wallet,
)
from tests.core.ledger.books import Books

ENTRIES = text("SELECT version, amount, balance_after FROM ledger_entry WHERE account_id = :id ORDER BY version")


@pytest.fixture
def books(app: Flask) -> Books:
    return Books.with_credit(1_000)


def payments(books: Books, *amounts: int, back: bool = False) -> list[Transfer]:
    """Transfers from wallet to revenue (or back), keyed by place and amount."""
    with transaction(tenant_scope(books.tenant_id)) as session:
        pair = [wallet(session, books.tenant_id, "USD"), revenue(session, books.tenant_id, "USD")]
    source, target = reversed(pair) if back else pair
    return [
        Transfer(books.tenant_id, f"{back}:{place}", "capture", source, target, amount)
        for place, amount in enumerate(amounts)
    ]


def test_a_batch_keeps_every_entry_with_its_running_balance(books: Books) -> None:
    batch = payments(books, 100, 200, 300)
    with transaction(tenant_scope(books.tenant_id)) as session:
        assert post(session, batch) == {"False:0", "False:1", "False:2"}
        rows = session.execute(ENTRIES, {"id": batch[0].source_id}).all()
        assert rows == [(1, 1_000, 1_000), (2, -100, 900), (3, -200, 700), (4, -300, 400)]
        assert session.execute(ENTRIES, {"id": batch[0].target_id}).all() == [
            (1, 100, 100),
            (2, 200, 300),
            (3, 300, 600),
        ]
        assert verify(session).balanced


def test_keys_that_are_there_are_left_out(books: Books) -> None:
    with transaction(tenant_scope(books.tenant_id)) as session:
        post(session, payments(books, 100, 200))
        assert post(session, payments(books, 100, 200, 300)) == {"False:2"}
        assert verify(session).balanced
    assert books.balances()["revenue"] == 600


def test_a_key_twice_in_a_batch_posts_once(books: Books) -> None:
    batch = payments(books, 100)
    again = payments(books, 100)
    with transaction(tenant_scope(books.tenant_id)) as session:
        assert post(session, batch + again) == {"False:0"}
    assert books.balances()["revenue"] == 100


def test_the_very_same_transfer_twice_in_a_batch_posts_once(books: Books) -> None:
    batch = payments(books, 100)
    with transaction(tenant_scope(books.tenant_id)) as session:
        assert post(session, batch + batch) == {"False:0"}
        assert verify(session).balanced
    assert books.balances()["revenue"] == 100


@pytest.mark.parametrize("in_one_batch", [True, False])
def test_a_key_with_other_content_refuses_the_whole_batch(books: Books, in_one_batch: bool) -> None:
    first, other = payments(books, 100), [*payments(books, 101), *payments(books, 5, back=True)]
    with transaction(tenant_scope(books.tenant_id)) as session:
        if not in_one_batch:
            post(session, first)
        with pytest.raises(KeyReusedError, match="'False:0' already belongs"):
            post(session, first + other if in_one_batch else other)
    assert books.balances() == {"outside": -1_000, "wallet": 1_000, "revenue": 0} | (
        {} if in_one_batch else {"wallet": 900, "revenue": 100}
    )


def test_a_batch_that_would_end_below_the_floor_posts_nothing_and_the_session_goes_on(books: Books) -> None:
    with transaction(tenant_scope(books.tenant_id)) as session:
        with pytest.raises(InsufficientFundsError):
            post(session, payments(books, 500, 501))
        assert len(post(session, payments(books, 500, 500))) == 2
    assert books.balances() == {"outside": -1_000, "wallet": 0, "revenue": 1_000}


def test_only_where_the_accounts_end_counts(books: Books) -> None:
    with transaction(tenant_scope(books.tenant_id)) as session:
        post(session, [*payments(books, 1_500), *payments(books, 700, back=True)])
    assert books.balances()["wallet"] == 200


def test_unknown_accounts_and_mixed_tenants_are_refused(books: Books) -> None:
    nowhere = Transfer(books.tenant_id, "x", "capture", new_id(), new_id(), 1)
    stranger = Transfer(new_id(), "x", "capture", new_id(), new_id(), 1)
    with transaction(tenant_scope(books.tenant_id)) as session:
        with pytest.raises(InvalidTransferError, match="that exist"):
            post(session, [*payments(books, 1), nowhere])
        with pytest.raises(InvalidTransferError, match="of one tenant"):
            post(session, [nowhere, stranger])
    assert books.balances()["wallet"] == 1_000


def test_more_than_a_batch_takes_is_refused(books: Books) -> None:
    with transaction(tenant_scope(books.tenant_id)) as session, pytest.raises(InvalidTransferError, match="up to 5000"):
        post(session, payments(books, *[1] * 5_001))


def test_nothing_to_post_is_nothing_posted(books: Books) -> None:
    with transaction(tenant_scope(books.tenant_id)) as session:
        assert post(session, []) == set()


def test_a_transfer_is_reversed_once_in_batches_too(books: Books) -> None:
    paid = payments(books, 100)[0]

    def back(key: str) -> Transfer:
        return Transfer(books.tenant_id, key, "reversal", paid.target_id, paid.source_id, 100, reverses_id=paid.id)

    with transaction(tenant_scope(books.tenant_id)) as session:
        post(session, [paid])
        post(session, [back("a")])
        with pytest.raises(AlreadyReversedError):
            post(session, [back("b")])
    assert books.balances()["wallet"] == 1_000
