"""A settlement that dies half-way has moved nothing, and can be repeated."""

import threading
import time

import psycopg
import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from aerostic.db import tenant_scope, transaction
from aerostic.ledger import verify
from tests.core.billing.money import PRICE, Money

WAITING = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


def kill_the_waiting(admin: "psycopg.Connection") -> None:
    """Once a backend waits for a lock, end it."""
    for _ in range(500):
        found = admin.execute(WAITING).fetchone()
        if found:
            admin.execute("SELECT pg_terminate_backend(%s)", found)
            return
        time.sleep(0.01)
    raise AssertionError("nothing waited")


# The first lock stops the batch where it checks its keys to the hold, the second where the hold counts what was posted.
@pytest.mark.parametrize("lock", ["FOR UPDATE", "FOR NO KEY UPDATE"])
def test_a_backend_killed_inside_a_batch_leaves_nothing(app: Flask, admin: "psycopg.Connection", lock: str) -> None:
    money = Money.with_charges(1_000, wallet=1_000 * PRICE)
    before = money.balances()
    failures: list[Exception] = []

    def settle_all() -> None:
        with app.app_context():
            try:
                money.report(*((place, "delivered") for place in range(1_000)))
            except OperationalError as error:
                failures.append(error)

    with psycopg.connect(admin.info.dsn, password=admin.info.password) as blocker:
        blocker.execute(f"SELECT FROM ledger_hold WHERE id = %s {lock}", (money.hold_id,))
        thread = threading.Thread(target=settle_all)
        thread.start()
        kill_the_waiting(admin)
        thread.join(10)
    assert len(failures) == 1
    assert money.balances() == before
    assert money.states() == ["held"] * 1_000
    money.report(*((place, "delivered") for place in range(1_000)))
    assert money.balances() == {"outside": -37_000, "wallet": 0, "held": 0, "revenue": 37_000}
    with transaction(tenant_scope(money.tenant_id)) as session:
        assert verify(session).balanced


def test_a_settlement_rolled_back_is_as_if_it_never_was(app: Flask) -> None:
    money = Money.with_charges(2)
    before = money.balances()
    with pytest.raises(ZeroDivisionError), transaction(tenant_scope(money.tenant_id)) as session:
        money.settle(session, (0, "delivered"), (1, "failed"))
        raise ZeroDivisionError
    assert (money.balances(), money.states()) == (before, ["held", "held"])
