"""A machine that moves money as programs and people may, in two currencies, beside an oracle that keeps the balances."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.db import new_id, tenant_scope, transaction
from aerostic.ledger import (
    AlreadyReversedError,
    Counted,
    HoldExceededError,
    InsufficientFundsError,
    InvalidTransferError,
    KeyReusedError,
    Transfer,
    account,
    assign,
    close,
    count,
    hold,
    post,
    reverse,
    transfer,
    verify,
)
from tests.support.factories import make_tenant

Account = tuple[str, str]
Moves = list[tuple[Account, Account, int]]
CURRENCIES = ("EUR", "USD")
PLACES = st.integers(min_value=0, max_value=99)
AMOUNTS = st.integers(min_value=1, max_value=60)
# Money comes from outside often enough for the rest to have some.
PAIRS = st.sampled_from(
    [("outside", "wallet"), ("wallet", "revenue"), ("revenue", "wallet"), ("bonus", "wallet"), ("outside", "bonus")]
)
PAYMENTS = st.tuples(st.sampled_from(CURRENCIES), PAIRS, AMOUNTS)
BALANCES = text("SELECT purpose, currency, balance FROM ledger_account WHERE tenant_id = :tenant")


class UndoError(Exception):
    """Rolls a transaction back."""


class Ledger(RuleBasedStateMachine):
    """One tenant. The oracle's `balance` is by account, `posted` all that may be repeated or reversed, `undone` what was
    reversed, and `left` what no capture has taken of open holds."""

    @initialize()
    def begin(self) -> None:
        self.tenant_id = make_tenant().id
        self.balance: dict[Account, int] = {}
        self.ids: dict[Account, UUID] = {}
        self.posted: list[Transfer] = []
        self.undone: set[UUID] = set()
        self.left: dict[UUID, tuple[str, int]] = {}
        with self.session() as session:
            for currency in CURRENCIES:
                for purpose in ("outside", "wallet", "held", "revenue", "bonus"):
                    floor = None if purpose == "outside" else 0
                    made = account(session, tenant_id=self.tenant_id, purpose=purpose, currency=currency, floor=floor)
                    self.ids[purpose, currency], self.balance[purpose, currency] = made, 0

    def session(self) -> AbstractContextManager[Session]:
        return transaction(tenant_scope(self.tenant_id))

    def after(self, moves: Moves) -> dict[Account, int] | None:
        """The balances once money has moved; None where an account would end below what it may."""
        balance = dict(self.balance)
        for source, target, amount in moves:
            balance[source] -= amount
            balance[target] += amount
        short = any(amount < 0 for (purpose, _), amount in balance.items() if purpose != "outside")
        return None if short else balance

    def wanted(self, currency: str, pair: tuple[str, str], amount: int) -> tuple[Transfer, Moves]:
        source, target = ((purpose, currency) for purpose in pair)
        made = Transfer(self.tenant_id, str(new_id()), "payment", self.ids[source], self.ids[target], amount)
        return made, [(source, target, amount)]

    @rule(payment=PAYMENTS)
    def pay(self, payment: tuple[str, tuple[str, str], int]) -> None:
        wanted, moves = self.wanted(*payment)
        after = self.after(moves)
        try:
            with self.session() as session:
                transfer(session, wanted)
        except InsufficientFundsError:
            assert after is None
            return
        assert after is not None
        self.balance = after
        self.posted.append(wanted)

    @rule(payments=st.lists(PAYMENTS, min_size=1, max_size=6), repeats=st.lists(PLACES, max_size=3))
    def pay_in_a_batch(self, payments: list[tuple[str, tuple[str, str], int]], repeats: list[int]) -> None:
        made = [self.wanted(*payment) for payment in payments]
        new = [wanted for wanted, _ in made]
        old = [self.posted[place % len(self.posted)] for place in repeats if self.posted]
        after = self.after([move for _, moves in made for move in moves])
        try:
            with self.session() as session:
                keys = post(session, [*old, *new, *new[:1]])
        except InsufficientFundsError:
            assert after is None
            return
        assert keys == {wanted.key for wanted in new}
        assert after is not None
        self.balance = after
        self.posted += new

    @precondition(lambda self: self.posted)
    @rule(place=PLACES, more=st.integers(min_value=0, max_value=1))
    def repeat(self, place: int, more: int) -> None:
        before = self.posted[place % len(self.posted)]
        again = Transfer(
            self.tenant_id, before.key, before.kind, before.source_id, before.target_id, before.amount + more,
            reverses_id=before.reverses_id,
        )  # fmt: skip
        try:
            with self.session() as session:
                assert transfer(session, again) == before.id
        except KeyReusedError:
            assert more
            return
        assert not more

    @precondition(lambda self: self.posted)
    @rule(place=PLACES)
    def take_back(self, place: int) -> None:
        before = self.posted[place % len(self.posted)]
        names = {id_: name for name, id_ in self.ids.items()}
        source, target = names[before.target_id], names[before.source_id]
        after, key = self.after([(source, target, before.amount)]), str(new_id())
        try:
            with self.session() as session:
                id_ = reverse(session, before.id, key)
        except InsufficientFundsError:
            assert after is None
            return
        except AlreadyReversedError:
            assert before.id in self.undone
            return
        assert after is not None and before.id not in self.undone
        self.balance = after
        self.undone.add(before.id)
        back = Transfer(
            self.tenant_id, key, "reversal", before.target_id, before.source_id, before.amount, reverses_id=before.id, id=id_
        )  # fmt: skip
        self.posted.append(back)

    @rule(amount=AMOUNTS)
    def pay_across_currencies(self, amount: int) -> None:
        source, target = self.ids["outside", "EUR"], self.ids["wallet", "USD"]
        with pytest.raises(InvalidTransferError), self.session() as session:
            transfer(session, Transfer(self.tenant_id, str(new_id()), "payment", source, target, amount))

    @rule(currency=st.sampled_from(CURRENCIES), amount=AMOUNTS)
    def set_aside(self, currency: str, amount: int) -> None:
        after, key = self.after([(("wallet", currency), ("held", currency), amount)]), str(new_id())
        placed = set()
        try:
            for _ in range(2):
                with self.session() as session:
                    placed.add(hold(session, self.tenant_id, key, amount, currency))
        except InsufficientFundsError:
            assert after is None
            return
        assert after is not None
        self.balance = after
        (hold_id,) = placed
        self.left[hold_id] = currency, amount

    @precondition(lambda self: self.left)
    @rule(place=PLACES, amount=AMOUNTS)
    def capture(self, place: int, amount: int) -> None:
        hold_id = list(self.left)[place % len(self.left)]
        currency, left = self.left[hold_id]
        pair = self.ids["held", currency], self.ids["revenue", currency]
        wanted = Transfer(self.tenant_id, str(new_id()), "capture", *pair, amount, hold_id=hold_id)
        try:
            with self.session() as session:
                assign(session, self.tenant_id, hold_id, amount, currency)
                post(session, [wanted])
                count(session, {hold_id: Counted(captured=amount)})
        except HoldExceededError:
            assert amount > left
            return
        assert amount <= left
        self.left[hold_id] = currency, left - amount
        self.move(("held", currency), ("revenue", currency), amount)

    @precondition(lambda self: self.left)
    @rule(place=PLACES)
    def give_back(self, place: int) -> None:
        hold_id = list(self.left)[place % len(self.left)]
        for before in (False, True):
            with self.session() as session:
                closed = close(session, hold_id)
            assert closed is not None and closed.before is before
        currency, left = self.left.pop(hold_id)
        assert closed.released == left
        self.move(("held", currency), ("wallet", currency), left)

    @rule(currency=st.sampled_from(CURRENCIES), amount=AMOUNTS)
    def change_ones_mind(self, currency: str, amount: int) -> None:
        incoming, _ = self.wanted(currency, ("outside", "wallet"), amount)
        outgoing, _ = self.wanted(currency, ("wallet", "revenue"), amount)
        with pytest.raises(UndoError), self.session() as session:
            transfer(session, incoming)
            hold(session, self.tenant_id, str(new_id()), amount, currency)
            post(session, [self.wanted(currency, ("outside", "wallet"), amount)[0], outgoing])
            raise UndoError

    def move(self, source: Account, target: Account, amount: int) -> None:
        after = self.after([(source, target, amount)])
        assert after is not None
        self.balance = after

    @invariant()
    def the_books_are_what_the_oracle_says(self) -> None:
        with self.session() as session:
            rows = session.execute(BALANCES, {"tenant": self.tenant_id})
            assert {(row.purpose, row.currency): row.balance for row in rows} == self.balance
            assert verify(session).findings == ()
        for currency in CURRENCIES:
            assert sum(self.of(currency, self.balance)) == 0
            assert self.balance["held", currency] == sum(left for in_, left in self.left.values() if in_ == currency)

    @staticmethod
    def of(currency: str, balance: dict[Account, int]) -> Iterable[int]:
        return (amount for (_, in_), amount in balance.items() if in_ == currency)


def test_whatever_is_posted_the_balances_are_those_of_the_oracle(app: Flask) -> None:
    quick = settings(max_examples=8, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Ledger, settings=quick)
