"""The books verified as a whole: the ledger's rules, and holds against the charges that speak for them."""

import pytest
from flask import Flask
from psycopg import Connection

from aerostic.billing import close_hold, reopen_charges
from aerostic.billing.books import verify_books
from aerostic.db import platform_scope, tenant_scope, transaction
from aerostic.ledger import hold
from tests.core.billing.money import PRICE, Money
from tests.core.ledger.books import Books

BOOKS = platform_scope("tests")


@pytest.fixture
def money(app: Flask) -> Money:
    """Three charges on one hold: one paid, one refunded, one open."""
    money = Money.with_charges(3, spare=5)
    money.report((0, "delivered"), (1, "failed"))
    return money


def test_sound_books_have_no_findings(money: Money) -> None:
    report = verify_books(BOOKS)
    assert (report.accounts, report.transfers, report.entries, report.holds, report.findings) == (4, 4, 8, 1, ())


def test_books_stay_sound_when_a_charge_is_tried_again_on_another_hold_and_both_are_closed(money: Money) -> None:
    with transaction(tenant_scope(money.tenant_id)) as session:
        again = hold(session, money.tenant_id, "again", PRICE, "USD")
        reopen_charges(session, money.tenant_id, again, [money.charges[1]])
    assert verify_books(BOOKS).findings == ()
    money.report((1, "delivered"), (2, "silent"))
    with transaction(tenant_scope(money.tenant_id)) as session:
        for hold_id in (money.hold_id, again):
            close_hold(session, money.tenant_id, hold_id)
    assert verify_books(BOOKS).findings == ()


def test_books_stay_sound_when_a_message_is_delivered_after_its_money_went_back(money: Money) -> None:
    money.report((1, "delivered"), (2, "silent"))
    with transaction(tenant_scope(money.tenant_id)) as session:
        close_hold(session, money.tenant_id, money.hold_id)
    money.report((2, "delivered"))
    assert verify_books(BOOKS).findings == ()


@pytest.mark.parametrize(
    ("tampering", "expected", "found"),
    [
        ("UPDATE charge SET state = 'released' WHERE state = 'held'", "open 0", f"open {PRICE}"),
        ("DELETE FROM charge WHERE state = 'captured'", "captured 0", f"captured {PRICE}"),
        ("UPDATE charge SET amount = 1 WHERE state = 'held'", "open 1", f"open {PRICE}"),
    ],
)
def test_a_hold_that_is_not_what_its_charges_say_is_named(
    money: Money, admin: "Connection", tampering: str, expected: str, found: str
) -> None:
    admin.execute(tampering)
    (finding,) = verify_books(BOOKS).findings
    assert (finding.rule, finding.subject) == ("hold: what it counts is not what its charges say", str(money.hold_id))
    assert (expected in finding.expected, found in finding.found) == (True, True)


def test_a_scope_verifies_what_it_can_see(money: Money) -> None:
    other = Books.with_credit(1)
    assert verify_books(tenant_scope(other.tenant_id)).transfers == 1
