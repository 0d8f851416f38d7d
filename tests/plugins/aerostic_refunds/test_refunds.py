"""Refunds: money follows how far a message came, and failures keep their price where the policy of then says so."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from aerostic_refunds.models import RefundPolicy
from aerostic_refunds.policies import Owner, PolicyError, keep, kept, versions
from aerostic_refunds.rule import RefundRule
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from aerostic.billing import NewCharge, Quote, open_charges, settle
from aerostic.cli import main
from aerostic.db import new_id, reseller_scope, tenant_scope, transaction
from aerostic.ledger import hold, verify
from aerostic.sdk import Chargeable, ChargeInfo, Outcome, Settlement, platform_scope, utcnow
from tests.core.billing.money import Money
from tests.core.ledger.books import Books
from tests.support.factories import make_reseller, make_tenant

STAFF = platform_scope("tests")
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
UNDELIVERABLE, BUSY = 131026, 131000
PRICE = 40


def info(state: str = "held", tenant_id: UUID | None = None, opened_at: datetime = NOON) -> ChargeInfo:
    return ChargeInfo(tenant_id or UUID(int=1), 100, "USD", "marketing", "US", state, opened_at)


def written(owner: Owner, *codes: int, ago: timedelta = timedelta(0)) -> None:
    """A policy that has been in force for a while."""
    with transaction(STAFF) as session:
        policy = keep(session, owner, codes)
        policy.effective_at -= ago


@pytest.mark.parametrize(
    ("status", "settlement"),
    [
        ("sent", None),
        ("delivered", Settlement.CAPTURE),
        ("read", Settlement.CAPTURE),
        ("failed", Settlement.REFUND),
        ("cancelled", Settlement.RELEASE),
        ("silent", Settlement.RELEASE),
        ("something new", None),
    ],
)
def test_money_follows_how_far_a_message_came(status: str, settlement: Settlement | None) -> None:
    assert RefundRule(lambda tenant, moment: ()).on_outcome(info(), Outcome(status)) is settlement


def test_only_the_failures_that_a_policy_names_keep_their_price() -> None:
    rule = RefundRule(lambda tenant, moment: {UNDELIVERABLE})
    outcomes = [Outcome("failed", UNDELIVERABLE), Outcome("failed", BUSY), Outcome("failed"), Outcome("silent")]
    assert [rule.on_outcome(info(), outcome) for outcome in outcomes] == [
        Settlement.CAPTURE,
        Settlement.REFUND,
        Settlement.REFUND,
        Settlement.RELEASE,
    ]


def test_prices_are_for_other_rules() -> None:
    assert RefundRule().quote(Chargeable(UUID(int=1), UUID(int=2), "US", "marketing")) is None


def test_without_a_policy_everything_is_refunded(app: Flask) -> None:
    assert kept(make_tenant().id, utcnow()) == frozenset()


def test_a_workspaces_own_policy_comes_before_its_resellers_and_that_before_everybodys(app: Flask) -> None:
    reseller_id = make_reseller().id
    tenant_id, stranger = make_tenant(reseller_id=reseller_id).id, make_tenant().id
    written(Owner(), 1)
    written(Owner(reseller_id=reseller_id), 2)
    assert (kept(tenant_id, utcnow()), kept(stranger, utcnow())) == ({2}, {1})
    written(Owner(tenant_id=tenant_id), 3, 3)
    assert kept(tenant_id, utcnow()) == {3}
    written(Owner(tenant_id=tenant_id))
    assert kept(tenant_id, utcnow()) == frozenset()
    with transaction(STAFF) as session:
        assert [policy.kept for policy in versions(session, Owner(tenant_id=tenant_id))] == [[], [3]]


def test_a_charge_keeps_the_policy_it_was_opened_under(app: Flask) -> None:
    tenant_id = make_tenant().id
    written(Owner(tenant_id=tenant_id), UNDELIVERABLE, ago=timedelta(days=2))
    written(Owner(tenant_id=tenant_id), ago=timedelta(days=1))
    failed = Outcome("failed", UNDELIVERABLE)
    times = [utcnow() - timedelta(hours=hours) for hours in (72, 36, 12)]
    found = [RefundRule().on_outcome(info("held", tenant_id, moment), failed) for moment in times]
    assert found == [Settlement.REFUND, Settlement.CAPTURE, Settlement.REFUND]


def test_a_policy_that_changes_moves_no_money_of_before(app: Flask) -> None:
    books = Books.with_credit(1_000)
    written(Owner(tenant_id=books.tenant_id), UNDELIVERABLE)
    charges = (new_id(), new_id())
    with transaction(tenant_scope(books.tenant_id)) as session:
        hold_id = hold(session, books.tenant_id, "campaign", 2 * PRICE, "USD")
        rows = [NewCharge(charge, "marketing", "US", Quote(PRICE, "USD", "tests")) for charge in charges]
        open_charges(session, books.tenant_id, hold_id, rows)
    money = Money(books.tenant_id, hold_id, charges)
    outcomes = [(charges[0], Outcome("failed", UNDELIVERABLE)), (charges[1], Outcome("failed", BUSY))]
    for _ in range(2):
        with transaction(tenant_scope(books.tenant_id)) as session:
            settle(session, books.tenant_id, [RefundRule()], outcomes)
        assert money.states() == ["captured", "refunded"]
        written(Owner(tenant_id=books.tenant_id))
    assert money.balances() == {"outside": -1_000, "wallet": 1_000 - PRICE, "held": 0, "revenue": PRICE}
    with transaction(STAFF) as session:
        assert verify(session).findings == ()


@pytest.mark.parametrize("codes", [[0], [-5], [10_000_000]])
def test_what_is_no_error_code_is_refused(app: Flask, codes: list[int]) -> None:
    with transaction(STAFF) as session, pytest.raises(PolicyError, match=r"a whole number, such as 131026\."):
        keep(session, Owner(), codes)


def test_a_reseller_reads_the_policies_of_its_own_alone(app: Flask) -> None:
    resellers = [make_reseller().id, make_reseller().id]
    for reseller_id in resellers:
        written(Owner(reseller_id=reseller_id), UNDELIVERABLE)
        written(Owner(tenant_id=make_tenant(reseller_id=reseller_id).id), BUSY)
    with transaction(reseller_scope(resellers[0])) as session:
        found = list(session.scalars(select(RefundPolicy).order_by(RefundPolicy.effective_at)))
    assert [policy.kept for policy in found] == [[UNDELIVERABLE], [BUSY]]
    assert found[0].for_reseller_id == resellers[0]


def test_the_command_keeps_and_lists(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    slug = make_tenant(slug=f"shop-{new_id()}").slug
    run = CliRunner().invoke
    said = run(main, ["refunds", "keep", "--tenant", slug, "--note", "Old lists", "131026", "130472"]).output
    assert said == "Paid from now on: 130472, 131026.\n"
    assert run(main, ["refunds", "keep", "--tenant", slug]).output == "Every failure is refunded from now on.\n"
    listed = run(main, ["refunds", "list", "--tenant", slug]).output
    assert ("Old lists" in listed, "130472, 131026" in listed) == (True, True)
    refused = run(main, ["refunds", "keep", "--tenant", slug, "0"])
    assert (refused.exit_code, "An error code is a whole number" in refused.output) == (1, True)
    both = run(main, ["refunds", "keep", "--tenant", slug, "--reseller", "any"])
    assert (both.exit_code, "not both" in both.output) == (2, True)
