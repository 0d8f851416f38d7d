"""Holds: set aside once, never more than there is, given back in full."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import text

from aerostic.db import new_id, tenant_scope, transaction
from aerostic.ledger import (
    Closed,
    HoldExceededError,
    InsufficientFundsError,
    InvalidTransferError,
    KeyReusedError,
    assign,
    close,
    expire,
    hold,
    verify,
)
from aerostic.ledger.statement import open_holds
from aerostic.messaging.outbound.money import expire_holds
from tests.core.ledger.books import Books

HOLD = text("SELECT amount, assigned, captured, released, expires_at FROM ledger_hold WHERE id = :id")
PAST = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def books(app: Flask) -> Books:
    return Books.with_credit(1_000)


def test_a_hold_leaves_the_wallet_at_once(books: Books) -> None:
    end = datetime(2027, 1, 1, tzinfo=UTC)
    with transaction(tenant_scope(books.tenant_id)) as session:
        placed = hold(session, books.tenant_id, "campaign", 400, "USD", expires_at=end)
        assert session.execute(HOLD, {"id": placed}).one() == (400, 0, 0, 0, end)
    assert books.balances() == {"outside": -1_000, "wallet": 600, "held": 400}


def test_the_same_key_gives_the_same_hold(books: Books) -> None:
    with transaction(tenant_scope(books.tenant_id)) as session:
        placed = hold(session, books.tenant_id, "campaign", 400, "USD")
        assert hold(session, books.tenant_id, "campaign", 400, "USD") == placed
    assert books.balances()["held"] == 400


@pytest.mark.parametrize(("amount", "currency"), [(401, "USD"), (400, "EUR")])
def test_the_same_key_for_another_hold_is_refused(books: Books, amount: int, currency: str) -> None:
    with transaction(tenant_scope(books.tenant_id)) as session:
        hold(session, books.tenant_id, "campaign", 400, "USD")
        with pytest.raises(KeyReusedError):
            hold(session, books.tenant_id, "campaign", amount, currency)


def test_a_hold_for_more_than_the_wallet_has_leaves_nothing_behind(books: Books) -> None:
    with transaction(tenant_scope(books.tenant_id)) as session:
        with pytest.raises(InsufficientFundsError):
            hold(session, books.tenant_id, "campaign", 1_001, "USD")
        hold(session, books.tenant_id, "campaign", 1_000, "USD")
    assert books.balances() == {"outside": -1_000, "wallet": 0, "held": 1_000}


@pytest.mark.parametrize("amount", [0, -5])
def test_a_hold_of_nothing_is_refused(books: Books, amount: int) -> None:
    with transaction(tenant_scope(books.tenant_id)) as session, pytest.raises(InvalidTransferError):
        hold(session, books.tenant_id, "campaign", amount, "USD")


def test_a_hold_closes_only_when_nothing_speaks_for_it(books: Books) -> None:
    with transaction(tenant_scope(books.tenant_id)) as session:
        placed = hold(session, books.tenant_id, "campaign", 400, "USD")
        assign(session, books.tenant_id, placed, 1, "USD")
        assert close(session, placed) is None
        other = hold(session, books.tenant_id, "other", 300, "USD")
        assert close(session, other) == Closed(captured=0, released=300, before=False)
        assert close(session, other) == Closed(captured=0, released=300, before=True)
        assert verify(session).balanced
    assert books.balances() == {"outside": -1_000, "wallet": 600, "held": 400}


def test_no_more_is_assigned_than_is_held_nor_after_closing(books: Books) -> None:
    with transaction(tenant_scope(books.tenant_id)) as session:
        placed = hold(session, books.tenant_id, "campaign", 400, "USD")
        with pytest.raises(HoldExceededError):
            assign(session, books.tenant_id, placed, 401, "USD")
        close(session, placed)
        with pytest.raises(HoldExceededError):
            assign(session, books.tenant_id, placed, 1, "USD")


def test_an_unknown_hold_is_refused(books: Books) -> None:
    with transaction(tenant_scope(books.tenant_id)) as session:
        with pytest.raises(InvalidTransferError):
            close(session, new_id())
        with pytest.raises(InvalidTransferError):
            assign(session, books.tenant_id, new_id(), 1, "USD")


def test_an_expired_hold_gives_back_what_nothing_speaks_for_and_takes_no_more_charges(books: Books) -> None:
    with transaction(tenant_scope(books.tenant_id)) as session:
        placed = hold(session, books.tenant_id, "campaign", 400, "USD", expires_at=PAST)
        assign(session, books.tenant_id, placed, 100, "USD")
        assert (expire(session, placed), expire(session, placed)) == (300, 0)
        assert session.execute(HOLD, {"id": placed}).one()[:4] == (400, 400, 0, 300)
        with pytest.raises(HoldExceededError):
            assign(session, books.tenant_id, placed, 1, "USD")
        assert close(session, placed) is None
        assert verify(session).balanced
    assert books.balances() == {"outside": -1_000, "wallet": 900, "held": 100}


def test_only_what_has_expired_is_found_and_given_back_by_the_job(books: Books) -> None:
    with transaction(tenant_scope(books.tenant_id)) as session:
        for key, end in (("past", PAST), ("later", datetime(2099, 1, 1, tzinfo=UTC)), ("never", None)):
            hold(session, books.tenant_id, key, 100, "USD", expires_at=end)
    assert (expire_holds(), expire_holds()) == (1, 0)
    assert books.balances() == {"outside": -1_000, "wallet": 800, "held": 200}
    with transaction(tenant_scope(books.tenant_id)) as session:
        assert sorted(left.key for left in open_holds(session, books.tenant_id)) == ["later", "never"]
