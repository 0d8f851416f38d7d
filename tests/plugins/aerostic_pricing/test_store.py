"""Books in the database: versions, who reads and writes which, and what a month has used."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from aerostic_pricing.books import ANY, BookError, Rule, Sheet
from aerostic_pricing.models import PriceBook, PriceRule
from aerostic_pricing.rule import CardRule
from aerostic_pricing.settings import PricingSettings
from aerostic_pricing.store import Owner, add, chain_of, sheet_of, versions
from sqlalchemy import delete, event, update
from sqlalchemy.exc import ProgrammingError

from aerostic.billing import NoPriceError, cancel, quote
from aerostic.db import new_id, reseller_scope, tenant_scope, transaction, utcnow
from aerostic.sdk import Chargeable
from tests.plugins.aerostic_pricing.shop import SAME, TENTH, card, put, quoted, send
from tests.support.factories import TESTS, make_reseller, make_tenant

pytestmark = pytest.mark.usefixtures("app")


def test_the_books_of_all_levels_make_the_price_and_the_share() -> None:
    reseller = make_reseller()
    tenant, other = make_tenant(reseller_id=reseller.id), make_tenant()
    put(Owner(reseller.id), TENTH)
    put(Owner(reseller.id, clients=True), Rule(ANY, ANY, None, Decimal(20)))
    put(Owner(tenant_id=tenant.id), Rule("Germany", "marketing", 200_000), SAME)
    quotes = [quoted(one.id, country=market) for one, market in ((tenant, "DE"), (tenant, "BR"), (other, "BR"))]
    assert [(one.amount, one.share) for one in quotes] == [(200_000, 49_850), (82_500, 13_750), (62_500, 0)]
    assert quotes[0].source.endswith("tenant book 1, Germany/marketing: = 200000")


def test_the_operators_margin_is_asked_where_the_platform_has_no_book() -> None:
    rule = CardRule(card(), PricingSettings(margin_percent=Decimal(50)))
    tenant = make_tenant()
    found = rule.quote(Chargeable(tenant.id, tenant.id, "BR", "marketing"))
    assert found and found.amount == 93_750


def test_a_new_version_holds_from_its_moment_on() -> None:
    tenant = make_tenant()
    owner, later = Owner(tenant_id=tenant.id), utcnow() + timedelta(days=3)
    assert (put(owner, TENTH), put(owner, Rule(ANY, ANY, 5), effective_at=later)) == (1, 2)
    assert [chain_of(tenant.id, moment).ours[-1].number for moment in (utcnow(), later)] == [1, 2]
    with transaction(TESTS) as session:
        assert [book.number for book in versions(session, owner)] == [2, 1]


def test_a_version_is_kept_as_it_was_written() -> None:
    owner = Owner(tenant_id=make_tenant().id)
    rules = (TENTH, Rule("India", "utility", 5, above=1_000))
    put(owner, *rules, free={"service": 9}, currency="EUR", exchange=Decimal("0.92"))
    with transaction(TESTS) as session:
        assert sheet_of(session, versions(session, owner)[0]) == Sheet(rules, {"service": 9}, "EUR", Decimal("0.92"))


def test_a_book_that_cannot_be_taken_changes_nothing() -> None:
    owner, moment = Owner(tenant_id=make_tenant().id), utcnow() + timedelta(days=1)
    put(owner, TENTH, effective_at=moment)
    for rules, at, words in (
        ([], None, "at least one rule"),
        ([TENTH], moment, "already"),
        ([TENTH], utcnow() - timedelta(days=1), "still to come"),
        ([TENTH], datetime(2099, 1, 1), "with its zone"),
    ):
        with pytest.raises(BookError, match=words):
            put(owner, *rules, effective_at=at)
    with transaction(TESTS) as session:
        assert len(versions(session, owner)) == 1


def test_two_who_put_prices_in_force_at_once_do_not_get_one_number() -> None:
    owner = Owner(tenant_id=make_tenant().id)
    with transaction(TESTS) as slower:
        put(owner, TENTH, effective_at=utcnow() + timedelta(days=1))
        with pytest.raises(BookError, match="Somebody else has just"), slower.begin_nested():
            event.listen(slower, "before_flush", lambda *_: put(owner, SAME), once=True)
            add(slower, owner, Sheet((TENTH,)))


def test_a_tenant_sees_no_books_and_a_reseller_its_own_and_those_of_its_workspaces() -> None:
    reseller = make_reseller()
    tenant = make_tenant(reseller_id=reseller.id)
    owners = (Owner(), Owner(reseller.id), Owner(reseller.id, clients=True), Owner(tenant_id=tenant.id))
    for owner in owners:
        put(owner, SAME)
    seen = []
    for scope in (tenant_scope(tenant.id), reseller_scope(reseller.id), reseller_scope(new_id())):
        with transaction(scope) as session:
            seen.append(
                [[len(sheet_of(session, book).rules) for book in versions(session, owner)][-1:] for owner in owners]
            )
    assert seen == [[[], [], [], []], [[], [1], [1], [1]], [[], [], [], []]]


@pytest.fixture
def foreign() -> Owner:
    return Owner(tenant_id=make_tenant(reseller_id=make_reseller().id).id)


@pytest.mark.parametrize(
    "whose",
    [
        lambda reseller, foreign: Owner(),
        lambda reseller, foreign: Owner(reseller),
        lambda reseller, foreign: Owner(make_reseller().id, clients=True),
        lambda reseller, foreign: foreign,
        lambda reseller, foreign: Owner(tenant_id=make_tenant().id),
    ],
    ids=["platform", "what-it-is-asked", "anothers-clients", "anothers-workspace", "workspace-of-nobody"],
)
def test_the_database_refuses_books_that_a_reseller_may_not_write(whose: Callable[..., Owner], foreign: Owner) -> None:
    reseller = make_reseller()
    owner = whose(reseller.id, foreign)
    row = PriceBook(
        level=owner.level,
        for_reseller_id=owner.reseller_id,
        for_tenant_id=owner.tenant_id,
        number=1,
        effective_at=utcnow(),
    )
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction(reseller_scope(reseller.id)) as session,
    ):
        session.add(row)


def test_the_database_refuses_a_rule_that_a_reseller_adds_to_what_it_is_asked() -> None:
    reseller = make_reseller()
    put(Owner(reseller.id), TENTH)
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction(reseller_scope(reseller.id)) as session,
    ):
        (book,) = versions(session, Owner(reseller.id))
        session.add(PriceRule(book_id=book.id, market="India", category=ANY, amount=0))


@pytest.mark.parametrize("change", [delete(PriceBook), delete(PriceRule), update(PriceBook).values(note="x")])
def test_the_database_lets_nobody_change_a_version(change: object) -> None:
    put(Owner(make_reseller().id), TENTH)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction(TESTS) as session:
        session.execute(change)  # type: ignore[call-overload]


def test_an_allowance_is_counted_by_number_and_category_of_this_month() -> None:
    tenant, number = make_tenant(), new_id()
    put(Owner(tenant_id=tenant.id), Rule(ANY, "service", 500), free={"service": 3})
    send(tenant.id, number, 2, "service", "BR")
    send(tenant.id, number, 9, "utility")
    amounts = [quoted(tenant.id, "service", number_id=number).amount]
    amounts.append(quoted(tenant.id, "service", number_id=number, count=2).amount)
    send(tenant.id, number, 1, "service")
    amounts.extend(quoted(tenant.id, "service", number_id=one).amount for one in (number, new_id()))
    assert amounts == [0, 500, 500, 0]


def test_a_tier_counts_the_markets_messages_of_the_workspace_and_for_what_a_reseller_is_asked_of_all() -> None:
    reseller = make_reseller()
    tenants = [make_tenant(reseller_id=reseller.id) for _ in range(2)]
    put(Owner(reseller.id), Rule(ANY, "utility", 900), Rule(ANY, "utility", 100, above=4))
    put(Owner(reseller.id, clients=True), Rule(ANY, "utility", 2_000), Rule(ANY, "utility", 1_000, above=4))
    for tenant, count in zip(tenants, (3, 1), strict=True):
        send(tenant.id, new_id(), count, "utility", "DE")
        send(tenant.id, new_id(), 9, "utility", "IN")
        send(tenant.id, new_id(), 9, "marketing", "DE")
    both = [quoted(tenant.id, "utility") for tenant in tenants]
    assert [(one.amount, one.share) for one in both] == [(2_000, 1_900)] * 2
    send(tenants[0].id, new_id(), 1, "utility", "DE")
    assert quoted(tenants[0].id, "utility").amount == 1_000


def test_what_was_given_back_does_not_count() -> None:
    tenant, number = make_tenant(), new_id()
    put(Owner(tenant_id=tenant.id), Rule(ANY, "utility", 9), Rule(ANY, "utility", 5, above=1), free={"service": 1})
    ids = [*send(tenant.id, number, 1, "utility"), *send(tenant.id, number, 1, "service")]
    before = [quoted(tenant.id, kind, number_id=number).amount for kind in ("utility", "service")]
    with transaction(tenant_scope(tenant.id)) as session:
        cancel(session, tenant.id, ids)
    after = [quoted(tenant.id, kind, number_id=number).source for kind in ("utility", "service")]
    assert before[0] == 5
    assert [source.rpartition("; ")[2] for source in after] == [
        "tenant book 1, */utility: = 9",
        "tenant book 1, */service: free, as 1 are each month",
    ]


def test_last_months_messages_are_not_counted() -> None:
    tenant = make_tenant()
    put(Owner(tenant_id=tenant.id), Rule(ANY, "utility", 9), Rule(ANY, "utility", 5, above=1))
    send(tenant.id, new_id(), 1, "utility")
    month = datetime.now(UTC)
    following = (month.replace(day=28) + timedelta(days=7)).replace(day=1)
    prices = []
    for moment in (month, following):
        rule = CardRule(card(), PricingSettings(_env_file=None), lambda at=moment: at)  # type: ignore[misc]
        found = rule.quote(Chargeable(tenant.id, new_id(), "DE", "utility"))
        prices.append(found and found.amount)
    assert prices == [5, 9]


def test_a_wallet_in_another_currency_needs_a_book_with_an_exchange_rate() -> None:
    tenant = make_tenant(currency="EUR")
    rules = [CardRule(card(), PricingSettings(_env_file=None))]
    chargeable = Chargeable(tenant.id, new_id(), "DE", "marketing")
    with pytest.raises(NoPriceError, match=r"The wallet is in EUR, and prices come out in USD\. Put a book"):
        quote(rules, chargeable)
    put(Owner(tenant_id=tenant.id), TENTH, currency="EUR", exchange=Decimal("0.9"))
    found = quote(rules, chargeable)
    assert (found.amount, found.currency) == (135_135, "EUR")
