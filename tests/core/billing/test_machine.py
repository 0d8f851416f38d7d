"""A machine that does to the money whatever people and webhooks may do, beside an oracle that predicts every answer."""

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
from sqlalchemy.orm import Session

from aerostic.billing import NewCharge, Outcome, Quote, cancel, close_hold, open_charges, settle, used
from aerostic.billing.books import CHARGES
from aerostic.billing.usage import today
from aerostic.db import new_id, tenant_scope, transaction
from aerostic.ledger import HoldExceededError, InsufficientFundsError, credit, hold, verify
from tests.core.billing.money import RULES
from tests.core.ledger.books import Books
from tests.support.factories import make_reseller

AMOUNTS = st.sampled_from([0, 10, 15, 20])
PLACES = st.integers(min_value=0, max_value=7)
REPORTS = st.lists(
    st.tuples(PLACES, st.sampled_from(["delivered", "failed", "failed", "sent", "read"])), min_size=1, max_size=5
)
WANTED = {"delivered": "captured", "read": "captured", "failed": "refunded"}


def share(amount: int) -> int:
    """What the reseller earns of a price."""
    return amount // 5


class UndoError(Exception):
    """Rolls a transaction back."""


class Wallets(RuleBasedStateMachine):
    """One tenant with little money. The oracle's charges are `state`, `amount` and `held_by`; `left` is what holds have
    that no charge speaks for."""

    @initialize(amounts=st.lists(AMOUNTS, min_size=4, max_size=4))
    def begin(self, amounts: list[int]) -> None:
        self.books = Books.with_credit(100, reseller_id=make_reseller().id)
        self.bought, self.spendable = 100, 100
        self.state: dict[UUID, str] = {}
        self.amount: dict[UUID, int] = {}
        self.held_by: dict[UUID, UUID] = {}
        self.left: dict[UUID, int] = {}
        self.place(80, 1)
        for amount in amounts:
            self.charge(0, amount)

    def session(self) -> AbstractContextManager[Session]:
        return transaction(tenant_scope(self.books.tenant_id))

    def outcomes(self, reports: list[tuple[int, str]]) -> list[tuple[UUID, Outcome]]:
        """Reports about charges by their place, round and round."""
        charges = list(self.state)
        return [(charges[place % len(charges)], Outcome(status)) for place, status in reports]

    @rule(amount=st.integers(min_value=1, max_value=20), repeats=st.integers(min_value=1, max_value=3))
    def top_up(self, amount: int, repeats: int) -> None:
        key = str(new_id())
        for _ in range(repeats):
            with self.session() as session:
                credit(session, self.books.tenant_id, amount, "USD", key)
        self.bought += amount
        self.spendable += amount

    @rule(amount=st.integers(min_value=1, max_value=40), repeats=st.integers(min_value=1, max_value=2))
    def place(self, amount: int, repeats: int) -> None:
        key, placed = str(new_id()), set()
        for _ in range(repeats):
            try:
                with self.session() as session:
                    placed.add(hold(session, self.books.tenant_id, key, amount, "USD"))
            except InsufficientFundsError:
                assert amount > self.spendable
                return
        assert amount <= self.spendable
        self.spendable -= amount
        (hold_id,) = placed
        self.left[hold_id] = amount

    @precondition(lambda self: self.spendable)
    @rule()
    def set_everything_aside(self) -> None:
        self.place(self.spendable, 1)

    @rule(place=PLACES, amount=AMOUNTS)
    def charge(self, place: int, amount: int) -> None:
        on = list(self.left)[place % len(self.left)]
        row = NewCharge(new_id(), "marketing", "US", Quote(amount, "USD", "tests", share(amount)))
        try:
            with self.session() as session:
                open_charges(session, self.books.tenant_id, on, [row])
        except HoldExceededError:
            assert amount > self.left[on]
            return
        assert amount <= self.left[on]
        self.left[on] -= amount
        self.state[row.id], self.amount[row.id], self.held_by[row.id] = "held", amount, on

    @precondition(lambda self: self.state)
    @rule(reports=REPORTS)
    def report(self, reports: list[tuple[int, str]]) -> None:
        came = self.outcomes(reports)
        with self.session() as session:
            moved = settle(session, self.books.tenant_id, RULES, came)
        assert {one.charge_id: one.after for one in moved} == self.predict(dict(came))

    @precondition(lambda self: self.state)
    @rule(reports=REPORTS)
    def crash(self, reports: list[tuple[int, str]]) -> None:
        with pytest.raises(UndoError), self.session() as session:
            settle(session, self.books.tenant_id, RULES, self.outcomes(reports))
            raise UndoError

    def predict(self, came: dict[UUID, Outcome]) -> dict[UUID, str]:
        """What a settlement changes: first what goes back, then what is taken again, oldest first, while it lasts."""
        changes: dict[UUID, str] = {}
        wanted = {charge: WANTED[outcome.status] for charge, outcome in came.items() if outcome.status in WANTED}
        for charge in sorted(wanted, key=lambda one: (wanted[one] != "refunded", one)):
            before, after, amount = self.state[charge], wanted[charge], self.amount[charge]
            again = before in ("refunded", "released") and after == "captured"
            if before == after or (before == "released" and after == "refunded") or (again and amount > self.spendable):
                continue
            self.spendable += amount * (after == "refunded") - amount * again
            self.state[charge] = changes[charge] = after
        return changes

    @precondition(lambda self: self.state)
    @rule(places=st.lists(PLACES, min_size=1, max_size=2))
    def cancel(self, places: list[int]) -> None:
        ids = [charge for charge, _ in self.outcomes([(place, "") for place in places])]
        with self.session() as session:
            cancel(session, self.books.tenant_id, ids)
        for charge in ids:
            if self.state[charge] == "held":
                self.state[charge] = "released"
                self.spendable += self.amount[charge]

    @rule(place=PLACES)
    def close(self, place: int) -> None:
        on = list(self.left)[place % len(self.left)]
        with self.session() as session:
            closed = close_hold(session, self.books.tenant_id, on)
        mine = [charge for charge, hold_id in self.held_by.items() if hold_id == on]
        assert (closed is None) == any(self.state[charge] == "held" and self.amount[charge] for charge in mine)
        if closed:
            assert closed.captured == sum(self.amount[one] for one in mine if self.state[one] == "captured")
            self.spendable += self.left[on]
            self.left[on] = 0

    @invariant()
    def the_books_are_what_the_oracle_says(self) -> None:
        with self.session() as session:
            assert verify(session, CHARGES).findings == ()
            (counted,) = used(session, today(), today(), tenant_id=self.books.tenant_id)
        in_state = dict.fromkeys(("held", "captured", "refunded", "released"), 0)
        for charge, state in self.state.items():
            in_state[state] += self.amount[charge]
        earned = sum(share(self.amount[charge]) for charge, state in self.state.items() if state == "captured")
        balances = {"wallet": 0, "held": 0, "revenue": 0, "margin": 0} | self.books.balances()
        assert balances == {
            "outside": -self.bought,
            "wallet": self.spendable,
            "held": in_state["held"] + sum(self.left.values()),
            "revenue": in_state["captured"] - earned,
            "margin": earned,
        }
        assert (counted.count, counted.amount) == (len(self.state), sum(self.amount.values()))
        back = in_state["refunded"] + in_state["released"]
        assert (counted.paid, counted.shares, counted.back) == (in_state["captured"], earned, back)


def test_whatever_happens_the_money_is_where_the_oracle_says(app: Flask) -> None:
    quick = settings(max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Wallets, settings=quick)
