"""The books verified as a whole: the ledger's rules, and holds against the charges that speak for them."""

import pytest
from flask import Flask
from psycopg import Connection

from aerostic.billing import NewCharge, Quote, close_hold, open_charges, reopen_charges
from aerostic.billing.books import verify_books
from aerostic.db import new_id, platform_scope, tenant_scope, transaction
from aerostic.ledger import hold
from tests.core.billing.money import PRICE, Money
from tests.core.ledger.books import Books
from tests.support.factories import make_reseller

BOOKS = platform_scope("tests")


@pytest.fixture
def money(app: Flask) -> Money:
    """Three charges on one hold: one paid, one refunded, one open."""
    money = Money.with_charges(3, spare=5)
    money.report((0, "delivered"), (1, "failed"))
    return money


def with_margin() -> None:
    """The same, of a reseller's workspace."""
    books = Books.with_credit(1_000, reseller_id=make_reseller().id)
    charges = tuple(new_id() for _ in range(3))
    with transaction(tenant_scope(books.tenant_id)) as session:
        held = hold(session, books.tenant_id, "campaign", 3 * PRICE, "USD")
        rows = [NewCharge(charge, "marketing", "US", Quote(PRICE, "USD", "tests", 5)) for charge in charges]
        open_charges(session, books.tenant_id, held, rows)
    Money(books.tenant_id, held, charges).report((0, "delivered"), (1, "failed"))


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
    finding = next(one for one in verify_books(BOOKS).findings if one.rule.startswith("hold:"))
    assert (finding.rule, finding.subject) == ("hold: what it counts is not what its charges say", str(money.hold_id))
    assert (expected in finding.expected, found in finding.found) == (True, True)


@pytest.mark.parametrize(
    ("tampering", "rule", "expected", "found"),
    [
        ("UPDATE charge SET share = 4 WHERE state = 'captured'", "margin", "4", "5"),
        ("UPDATE billing_usage SET paid = paid - 1", "usage", f"paid {PRICE}, open {PRICE}", f"paid {PRICE - 1}, open"),
        ("UPDATE billing_usage SET back = 0", "usage", f"open {PRICE}", f"open {2 * PRICE}"),
    ],
)
def test_margins_and_usage_are_held_against_the_charges(
    app: Flask, admin: "Connection", tampering: str, rule: str, expected: str, found: str
) -> None:
    with_margin()
    assert verify_books(BOOKS).findings == ()
    admin.execute(tampering)
    (finding,) = verify_books(BOOKS).findings
    assert (finding.rule.partition(":")[0], expected in finding.expected, found in finding.found) == (rule, True, True)


def test_a_scope_verifies_what_it_can_see(money: Money) -> None:
    other = Books.with_credit(1)
    assert verify_books(tenant_scope(other.tenant_id)).transfers == 1
