"""`aerostic ledger verify`, as an operator runs it."""

import json

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from psycopg import Connection

from aerostic.cli.main import main
from tests.core.ledger.books import Books


@pytest.fixture(autouse=True)
def _books(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    Books.with_credit(1_000)
    monkeypatch.setattr("aerostic.app.create_app", lambda settings: app)


def run(*options: str) -> Result:
    return CliRunner().invoke(main, ["ledger", "verify", *options])


def test_sound_books_end_with_status_zero() -> None:
    result = run()
    assert (result.exit_code, result.output) == (0, "2 accounts, 1 transfers, 2 entries, 0 holds: the books balance\n")


def test_what_is_off_is_named_and_ends_with_status_one(admin: "Connection") -> None:
    admin.execute("UPDATE ledger_account SET balance = balance + 1 WHERE purpose = 'wallet'")
    result = run()
    assert result.exit_code == 1
    assert "account: its balance or version is not that of its entries" in result.output
    assert "should be: version 1, balance 1000\n  is:        version 1, balance 1001" in result.output


def test_json_is_one_object() -> None:
    assert json.loads(run("--json").output) == {
        "accounts": 2,
        "transfers": 1,
        "entries": 2,
        "holds": 0,
        "findings": [],
        "balanced": True,
    }
