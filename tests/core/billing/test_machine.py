"""A machine that does to the money whatever people and webhooks may do, beside an oracle that predicts every answer."""

from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from aerostic.billing import NewCharge, Outcome, Quote, cancel, close_hold, open_charges, settle
from aerostic.db import new_id, tenant_scope, transaction
from aerostic.ledger import HoldExceededError, InsufficientFundsError, credit, hold, verify
from tests.core.billing.money import RULES
from tests.core.ledger.books import Books

AMOUNTS = st.integers(min_value=0, max_value=50)
STATUSES = st.sampled_from(["sent", "delivered", "read", "failed"])
WANTED = {"delivered": "captured", "read": "captured", "failed": "refunded"}


class UndoError(Exception):
    """Rolls a transaction back."""


class Wallets(RuleBasedStateMachine):
    """One tenant. `state` and `amount` are the oracle's charges, `left` what holds have that no charge speaks for."""

    holds = Bundle("holds")
    charges = Bundle("charges")

    @initialize()
    def begin(self) -> None:
        self.books = Books.with_credit(100)
        self.bought, self.spendable = 100, 100
        self.state: dict[UUID, str] = {}
        self.amount: dict[UUID, int] = {}
        self.held_by: dict[UUID, UUID] = {}
        self.left: dict[UUID, int] = {}

    def session(self):  # type: ignore[no-untyped-def]
        return transaction(tenant_scope(self.books.tenant_id))

    @rule(amount=st.integers(min_value=1, max_value=100), repeats=st.integers(min_value=1, max_value=3))
    def top_up(self, amount: int, repeats: int) -> None:
        key = str(new_id())
        for _ in range(repeats):
            with self.session() as session:
                credit(session, self.books.tenant_id, amount, "USD", key)
        self.bought += amount
        self.spendable += amount

    @rule(target=holds, amount=st.integers(min_value=1, max_value=120), repeats=st.integers(min_value=1, max_value=2))
    def place(self, amount: int, repeats: int) -> UUID | None:
        key, placed = str(new_id()), None
        for _ in range(repeats):
            try:
                with self.session() as session:
                    placed = hold(session, self.books.tenant_id, key, amount, "USD")
            except InsufficientFundsError:
                assert amount > self.spendable
                return None
        assert amount <= self.spendable
        assert placed is not None
        self.spendable -= amount
        self.left[placed] = amount
        return placed

    @rule(target=charges, on=holds, amount=AMOUNTS)
    def charge(self, on: UUID | None, amount: int) -> UUID | None:
        if on is None:
            return None
        row = NewCharge(new_id(), "marketing", "US", Quote(amount, "USD", "tests"))
        try:
            with self.session() as session:
                open_charges(session, self.books.tenant_id, on, [row])
        except HoldExceededError:
            assert amount > self.left[on]
            return None
        assert amount <= self.left[on]
        self.left[on] -= amount
        self.state[row.id], self.amount[row.id], self.held_by[row.id] = "held", amount, on
        return row.id

    @rule(reports=st.lists(st.tuples(charges, STATUSES), max_size=6))
    def report(self, reports: list[tuple[UUID | None, str]]) -> None:
        came = [(charge, Outcome(status)) for charge, status in reports if charge]
        with self.session() as session:
            moved = settle(session, self.books.tenant_id, RULES, came)
        assert {one.charge_id: one.after for one in moved} == self.predict(dict(came))

    @rule(reports=st.lists(st.tuples(charges, STATUSES), min_size=1, max_size=6))
    def crash(self, reports: list[tuple[UUID | None, str]]) -> None:
        came = [(charge, Outcome(status)) for charge, status in reports if charge]
        with pytest.raises(UndoError), self.session() as session:
            settle(session, self.books.tenant_id, RULES, came)
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

    @rule(given_up=st.lists(charges, max_size=4))
    def cancel(self, given_up: list[UUID | None]) -> None:
        ids = [charge for charge in given_up if charge]
        with self.session() as session:
            cancel(session, self.books.tenant_id, ids)
        for charge in ids:
            if self.state[charge] == "held":
                self.state[charge] = "released"
                self.spendable += self.amount[charge]

    @rule(on=holds)
    def close(self, on: UUID | None) -> None:
        if on is None:
            return
        with self.session() as session:
            closed = close_hold(session, self.books.tenant_id, on)
        mine = [charge for charge, place in self.held_by.items() if place == on]
        assert (closed is None) == any(self.state[charge] == "held" and self.amount[charge] for charge in mine)
        if closed:
            assert closed.captured == sum(self.amount[one] for one in mine if self.state[one] == "captured")
            self.spendable += self.left[on]
            self.left[on] = 0

    @invariant()
    def the_books_are_what_the_oracle_says(self) -> None:
        with self.session() as session:
            assert verify(session).findings == ()
        in_state = dict.fromkeys(("held", "captured", "refunded", "released"), 0)
        for charge, state in self.state.items():
            in_state[state] += self.amount[charge]
        balances = {"wallet": 0, "held": 0, "revenue": 0} | self.books.balances()
        assert balances == {
            "outside": -self.bought,
            "wallet": self.spendable,
            "held": in_state["held"] + sum(self.left.values()),
            "revenue": in_state["captured"],
        }


def test_whatever_happens_the_money_is_where_the_oracle_says(app: Flask) -> None:
    quick = settings(max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(Wallets, settings=quick)
