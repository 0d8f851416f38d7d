"""Price books: the most special rule of each level, down the chain, and files of rules."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from aerostic_pricing.books import ANY, Book, BookError, Rule, down
from aerostic_pricing.card import RateCard, load_card
from aerostic_pricing.importing import read_rules
from aerostic_pricing.rule import CardRule
from aerostic_pricing.settings import PricingSettings
from aerostic_pricing.store import Owner, add, chain, versions
from hypothesis import given
from hypothesis import strategies as st

from aerostic.db import new_id, platform_scope, reseller_scope, tenant_scope, transaction, utcnow
from aerostic.sdk import Chargeable
from tests.support.factories import make_reseller, make_tenant

HEAD = "market,category,price,percent,fixed,floor\n"
TESTS = platform_scope("tests")
TENTH = Rule(ANY, ANY, None, Decimal(10))


@pytest.fixture(scope="module")
def card() -> RateCard:
    return load_card()


def put(owner: Owner, *rules: Rule, effective_at: datetime | None = None) -> int:
    with transaction(TESTS) as session:
        return add(session, owner, rules, effective_at)


def test_the_most_special_rule_of_a_book_holds() -> None:
    book = Book.of(
        "tenant",
        1,
        [
            Rule("Germany", "marketing", 4),
            Rule("Germany", ANY, 3),
            Rule(ANY, "marketing", 2),
            Rule(ANY, ANY, 1),
        ],
    )
    asked = [("Germany", "marketing"), ("Germany", "utility"), ("India", "marketing"), ("India", "utility")]
    assert [down(9, [book], *place)[0] for place in asked] == [4, 3, 2, 1]


def test_a_price_comes_down_the_chain_and_says_how() -> None:
    reseller = Book.of("reseller", 3, [Rule(ANY, ANY, None, Decimal(20), 100)])
    tenant = Book.of("tenant", 2, [Rule("India", ANY, None, Decimal("12.5"), 0, floor=20_000)])
    assert down(10_000, [reseller, tenant], "India", "utility") == (
        20_000,
        ["reseller book 3: */* + 20% + 100", "tenant book 2: India/* + 12.5% + 0, at least 20000"],
    )
    assert down(10_000, [reseller, tenant], "Brazil", "utility")[0] == 12_100


def test_what_is_free_stays_free_under_a_margin_and_not_under_a_price() -> None:
    assert (Rule(ANY, ANY, None, Decimal(50), 100, 200).apply(0), Rule(ANY, ANY, 300).apply(0)) == (0, 300)


@given(st.integers(0, 10**9), st.integers(0, 1_000))
def test_a_margin_never_asks_less_than_what_it_is_on(above: int, percent: int) -> None:
    assert Rule(ANY, ANY, None, Decimal(percent)).apply(above) >= above


@pytest.mark.usefixtures("app")
class TestKept:
    def test_the_books_of_platform_reseller_and_tenant_make_the_price(self, card: RateCard) -> None:
        reseller = make_reseller()
        tenant, other = make_tenant(reseller_id=reseller.id), make_tenant()
        put(Owner(reseller_id=reseller.id), TENTH)
        put(Owner(tenant_id=tenant.id), Rule("Germany", "marketing", 200_000))
        levels = [[book.level for book in chain(one.id, utcnow())] for one in (tenant, other)]
        assert levels == [["reseller", "tenant"], []]
        rule = CardRule(card, PricingSettings(margin_percent=Decimal(50)))
        quotes = [
            rule.quote(Chargeable(one.id, one.id, market, "marketing"))
            for one, market in ((tenant, "DE"), (tenant, "BR"), (other, "BR"))
        ]
        assert [quote and quote.amount for quote in quotes] == [200_000, 68_750, 93_750]
        assert quotes[0] and quotes[0].source.endswith("tenant book 1: Germany/marketing = 200000")

    def test_a_new_version_holds_from_its_moment_on(self) -> None:
        owner = Owner(tenant_id=make_tenant().id)
        assert owner.tenant_id
        later = utcnow() + timedelta(days=3)
        assert (put(owner, TENTH), put(owner, Rule(ANY, ANY, 5), effective_at=later)) == (1, 2)
        numbers = [chain(owner.tenant_id, moment)[0].number for moment in (utcnow(), later)]
        assert numbers == [1, 2]
        with transaction(TESTS) as session:
            assert [book.number for book in versions(session, owner)] == [2, 1]

    def test_a_book_that_cannot_be_taken_changes_nothing(self) -> None:
        owner = Owner(tenant_id=make_tenant().id)
        moment = utcnow() + timedelta(days=1)
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

    def test_a_tenant_sees_no_books_and_a_reseller_those_of_its_tenants(self) -> None:
        reseller = make_reseller()
        tenant = make_tenant(reseller_id=reseller.id)
        put(Owner(reseller_id=reseller.id), TENTH)
        put(Owner(tenant_id=tenant.id), TENTH)
        seen = []
        for scope in (tenant_scope(tenant.id), reseller_scope(reseller.id), reseller_scope(new_id())):
            with transaction(scope) as session:
                owners = (Owner(reseller_id=reseller.id), Owner(tenant_id=tenant.id))
                seen.append([len(versions(session, owner)) for owner in owners])
        assert seen == [[0, 0], [0, 1], [0, 0]]


def test_a_file_of_rules_is_read(tmp_path: Path, card: RateCard) -> None:
    file = tmp_path / "rules.csv"
    file.write_text(HEAD + "Germany,marketing,0.15,,,\n*,*,,12.5,0.001,0.01\n", encoding="utf-8")
    assert read_rules(file, card) == [
        Rule("Germany", "marketing", 150_000),
        Rule(ANY, ANY, None, Decimal("12.5"), 1_000, 10_000),
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Atlantis,marketing,0.1,,,", "no market"),
        ("Germany,spam,0.1,,,", "no category"),
        ("Germany,marketing,,,,", "either a price, or a margin"),
        ("Germany,marketing,0.1,5,,", "either a price, or a margin"),
        ("Germany,marketing,-1,,,", "no amount"),
        ("Germany,marketing,0.0000001,,,", "no amount"),
        ("Germany,marketing,ten,,,", "no number"),
        ("Germany,marketing,,2000,,", "from -100 to 1000"),
        ("Germany,marketing,0.1,,,0.2", "Leave it out"),
        ("Germany,marketing,0.1,,,\nGermany,marketing,0.2,,,", "line 3: there is a rule"),
    ],
)
def test_a_line_that_cannot_be_taken_is_named(tmp_path: Path, card: RateCard, line: str, words: str) -> None:
    file = tmp_path / "rules.csv"
    file.write_text(HEAD + line + "\n", encoding="utf-8")
    with pytest.raises(BookError, match=words):
        read_rules(file, card)


def test_a_file_with_other_columns_is_refused(tmp_path: Path, card: RateCard) -> None:
    file = tmp_path / "rules.csv"
    file.write_text("market,price\n", encoding="utf-8")
    with pytest.raises(BookError, match="the columns are market, category"):
        read_rules(file, card)


def test_moments_are_compared_in_utc() -> None:
    assert CardRule(load_card(), PricingSettings()).now().tzinfo is UTC
