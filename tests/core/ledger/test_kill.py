"""A process killed in the middle of a batch has posted nothing of it, and whoever repeats it posts all of it."""

import signal
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from aerostic.db import tenant_scope, transaction
from aerostic.ledger import hold
from aerostic.settings import Settings
from tests.core.ledger.books import Books
from tests.core.ledger.dying import capture
from tests.support.processes import Process, eventually, running

WAITING = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
GONE = "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = %s)"
POSTED = "SELECT count(*) FROM ledger_transfer WHERE kind = 'capture'"


def kill_the_waiting(admin: "psycopg.Connection", process: Process) -> int:
    """Once its backend waits for a lock, kill the process; returns the backend's process id."""
    eventually(lambda: admin.execute(WAITING).fetchone(), what=f"nothing waited:\n{process.text}")
    row = admin.execute(WAITING).fetchone()
    assert row is not None
    process.signal(signal.SIGKILL)
    process.ends()
    return int(row[0])


@pytest.mark.kill
def test_of_batches_whose_process_was_killed_nothing_is_there_and_a_repeat_posts_everything(
    app: Flask, admin: "psycopg.Connection", settings: Settings, tmp_path: Path
) -> None:
    books = Books.with_credit(2_000)
    with transaction(tenant_scope(books.tenant_id)) as session:
        hold_id = hold(session, books.tenant_id, "campaign", 2_000, "USD")
    before = books.balances()
    environment = {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "AEROSTIC_REDIS_PREFIX": settings.redis_prefix,
        "AEROSTIC_KEYS": settings.keys.get_secret_value(),
        "AEROSTIC_SECRET_KEY": settings.secret_key.get_secret_value(),
    }
    arguments = (str(books.tenant_id), str(hold_id))
    with psycopg.connect(admin.info.dsn, password=admin.info.password) as blocker:
        # The second batch stops where it checks its keys to the hold; the first one is posted by then.
        blocker.execute("SELECT FROM ledger_hold WHERE id = %s FOR UPDATE", (hold_id,))
        log, program = tmp_path / "log", "-m tests.core.ledger.dying"
        with running(*arguments, log=log, environment=environment, program=program) as process:
            backend = kill_the_waiting(admin, process)
    eventually(lambda: admin.execute(GONE, (backend,)).fetchone() == (True,))
    assert admin.execute(POSTED).fetchone() == (0,)
    assert books.balances() | {"revenue": 0} == before | {"revenue": 0}
    assert capture(books.tenant_id, hold_id) == 2_000
    assert books.balances() == {"outside": -2_000, "wallet": 0, "held": 0, "revenue": 2_000}
