"""What the database itself refuses, and what `verify` finds where somebody went around it."""

import pytest
from flask import Flask
from psycopg import Connection
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from aerostic.db import platform_scope, tenant_scope, transaction
from aerostic.ledger import Transfer, hold, post, revenue, verify, wallet
from tests.core.ledger.books import Books


@pytest.fixture
def books(app: Flask) -> Books:
    """Two payments and a hold."""
    books = Books.with_credit(1_000)
    with transaction(tenant_scope(books.tenant_id)) as session:
        source, target = wallet(session, books.tenant_id, "USD"), revenue(session, books.tenant_id, "USD")
        post(session, [Transfer(books.tenant_id, f"pay {n}", "capture", source, target, 100) for n in (1, 2)])
        hold(session, books.tenant_id, "campaign", 300, "USD")
    return books


@pytest.mark.parametrize("table", ["ledger_transfer", "ledger_entry"])
@pytest.mark.parametrize("change", ["UPDATE {} SET amount = amount + 1", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_application_cannot_change_what_was_posted(books: Books, table: str, change: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), transaction(platform_scope("tests")) as session:
        session.execute(text(change.format(table)))


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("UPDATE ledger_account SET balance = -1 WHERE purpose = 'wallet'", "ck_ledger_account_floor"),
        ("UPDATE ledger_hold SET captured = 301", "ck_ledger_hold_within"),
        ("UPDATE ledger_hold SET assigned = 301", "ck_ledger_hold_within"),
        ("UPDATE ledger_hold SET released = -1", "ck_ledger_hold_positive"),
    ],
)
def test_the_database_refuses_what_can_never_be(books: Books, change: str, rule: str) -> None:
    with pytest.raises(IntegrityError, match=rule), transaction(tenant_scope(books.tenant_id)) as session:
        session.execute(text(change))


def test_another_tenant_sees_and_changes_nothing(books: Books) -> None:
    other = Books.with_credit(1)
    with transaction(tenant_scope(other.tenant_id)) as session:
        report = verify(session)
        assert (report.accounts, report.transfers, report.entries, report.holds) == (2, 1, 2, 0)
        touched = session.execute(text("UPDATE ledger_account SET balance = 0 WHERE purpose = 'wallet'"))
        assert touched.rowcount == 1
        session.rollback()
    assert books.balances()["wallet"] == 500


def test_sound_books_have_no_findings(books: Books) -> None:
    with transaction(platform_scope("tests")) as session:
        report = verify(session)
    assert (report.accounts, report.transfers, report.entries, report.holds) == (4, 4, 8, 1)
    assert report.balanced


WALLET = "account_id = (SELECT id FROM ledger_account WHERE purpose = 'wallet')"


@pytest.mark.parametrize(
    ("tampering", "rules"),
    [
        (f"UPDATE ledger_entry SET amount = -99 WHERE {WALLET} AND version = 2", {"entry", "account", "transfer"}),
        (f"UPDATE ledger_entry SET balance_after = 1 WHERE {WALLET} AND version = 2", {"entry"}),
        (f"DELETE FROM ledger_entry WHERE {WALLET} AND version = 2", {"entry", "account", "transfer"}),
        (f"DELETE FROM ledger_entry WHERE {WALLET} AND version = 4", {"account", "transfer"}),
        ("UPDATE ledger_account SET balance = balance + 1 WHERE purpose = 'wallet'", {"account", "currency"}),
        ("UPDATE ledger_account SET version = 9 WHERE purpose = 'wallet'", {"account"}),
        ("UPDATE ledger_transfer SET amount = 101 WHERE key = 'pay 1'", {"transfer"}),
        ("UPDATE ledger_hold SET assigned = 9, released = 9", {"hold", "account of held money"}),
        ("UPDATE ledger_hold SET assigned = 9, captured = 9", {"hold", "account of held money"}),
        ("UPDATE ledger_transfer SET hold_id = NULL", {"hold"}),
    ],
)
def test_tampering_is_found(books: Books, admin: "Connection", tampering: str, rules: set[str]) -> None:
    admin.execute(tampering)
    with transaction(platform_scope("tests")) as session:
        findings = verify(session).findings
    assert {finding.rule.partition(":")[0] for finding in findings} == rules


def test_the_first_entry_that_is_off_is_named(books: Books, admin: "Connection") -> None:
    admin.execute(f"DELETE FROM ledger_entry WHERE {WALLET} AND version = 2")
    with transaction(platform_scope("tests")) as session:
        source = wallet(session, books.tenant_id, "USD")
        first = verify(session).findings[0]
    assert (first.subject, first.expected, first.found) == (
        f"{source} version 3",
        "version 2, balance 900",
        "version 3, balance 800",
    )
