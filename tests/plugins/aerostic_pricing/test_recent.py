"""What prices are made from is remembered for a second, and no longer where they are changed."""

import pytest
from aerostic_pricing import recent
from aerostic_pricing.books import ANY, Rule
from aerostic_pricing.cards import StandingRule
from aerostic_pricing.store import Owner

from aerostic.sdk import Chargeable
from tests.plugins.aerostic_pricing.shop import put
from tests.support.factories import make_tenant
from tests.support.statements import statements

pytestmark = pytest.mark.usefixtures("app")


def test_a_second_quote_asks_the_database_for_nothing_that_makes_prices() -> None:
    chargeable = Chargeable((tenant := make_tenant()).id, tenant.id, "BR", "marketing")
    first = StandingRule().quote(chargeable)
    with statements() as told:
        assert StandingRule().quote(chargeable) == first
    assert [one for one in told if "pricing__card" in one or "pricing__book" in one] == []


def test_after_a_second_it_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    chargeable = Chargeable((tenant := make_tenant()).id, tenant.id, "BR", "marketing")
    StandingRule().quote(chargeable)
    before = recent.monotonic()
    monkeypatch.setattr(recent, "monotonic", lambda: before + 1.1)
    with statements() as told:
        StandingRule().quote(chargeable)
    assert [one for one in told if "pricing__book" in one] != []


def test_prices_that_are_put_in_force_count_at_once() -> None:
    chargeable = Chargeable((tenant := make_tenant()).id, tenant.id, "BR", "marketing")
    StandingRule().quote(chargeable)
    put(Owner(tenant_id=tenant.id), Rule(ANY, ANY, 5))
    quoted = StandingRule().quote(chargeable)
    assert quoted is not None
    assert quoted.amount == 5


def test_no_more_are_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "MOST", 2)
    recent.forget()
    for tenant in (make_tenant(), make_tenant(), make_tenant()):
        StandingRule().quote(Chargeable(tenant.id, tenant.id, "BR", "marketing"))
    assert len(recent._kept) == 1
