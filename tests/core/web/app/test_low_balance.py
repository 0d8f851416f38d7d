"""A wallet that is low: told to owners and admins by mail, once until it is above again, and on the home page."""

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from aerostic.db import platform_scope, tenant_scope, transaction
from aerostic.db.models import OutboxEvent
from aerostic.ledger import credit, hold
from aerostic.mail.models import Mail
from aerostic.tenancy.models import Tenant
from aerostic.testing.people import Client, new_tenant, sign_in
from aerostic.web.app.low_balance import watch

HOST, PAGE, LOOK = "app.localhost", {"Accept": "text/html"}, platform_scope("tests")
SETTINGS = {"name": "Shop", "zone": "UTC", "country": "US"}


@pytest.fixture
def tenant(app: Flask) -> UUID:
    """A workspace with ten credits, of whom its people want to hear below five."""
    tenant = new_tenant()
    top_up(tenant, "first", 10)
    with transaction(tenant_scope(tenant)) as session:
        session.get_one(Tenant, tenant).low_balance = 5_000_000
    return tenant


@pytest.fixture
def owner(app: Flask, tenant: UUID) -> Client:
    for role in ("admin", "viewer"):
        sign_in(app, tenant, role, HOST)
    return sign_in(app, tenant, "owner", HOST)


def top_up(tenant: UUID, key: str, amount: int) -> None:
    with transaction(tenant_scope(tenant)) as session:
        credit(session, tenant, amount * 1_000_000, "USD", key)


def spend(tenant: UUID, key: str, amount: int) -> None:
    with transaction(tenant_scope(tenant)) as session:
        hold(session, tenant, key, amount * 1_000_000, "USD")


def letters() -> list[str]:
    with transaction(LOOK) as session:
        return [mail.content["text"] for mail in session.scalars(select(Mail)) if mail.content]


def test_owners_and_admins_are_told_once(owner: Client, tenant: UUID) -> None:
    watch()
    assert letters() == []
    spend(tenant, "first", 6)
    for _ in range(2):
        watch()
    told = letters()
    assert len(told) == 2 and all("$4.00 are free in the wallet of Shop" in text for text in told)
    with transaction(LOOK) as session:
        event = session.scalars(select(OutboxEvent).where(OutboxEvent.type == "wallet.low")).one()
    assert (event.data["balance"], event.data["threshold"]) == (4_000_000, 5_000_000)


def test_they_are_told_again_once_it_was_above(owner: Client, tenant: UUID) -> None:
    spend(tenant, "first", 6)
    watch()
    top_up(tenant, "second", 1)
    watch()
    spend(tenant, "second", 1)
    watch()
    assert len(letters()) == 4


def test_the_home_page_says_so_to_who_may_see_the_wallet(app: Flask, owner: Client, tenant: UUID) -> None:
    words = "The wallet is low"
    assert words not in owner.get("/", headers=PAGE).text
    spend(tenant, "first", 6)
    assert words in owner.get("/", headers=PAGE).text
    assert words not in sign_in(app, tenant, "agent", HOST).get("/", headers=PAGE).text


@pytest.mark.parametrize(("typed", "kept"), [("7.50", 7_500_000), ("", None)])
def test_the_threshold_is_set_in_the_settings(owner: Client, tenant: UUID, typed: str, kept: int | None) -> None:
    assert owner.post_form("/settings", {**SETTINGS, "low_balance": typed}).status_code == 303
    with transaction(LOOK) as session:
        assert session.get_one(Tenant, tenant).low_balance == kept


@pytest.mark.parametrize("typed", ["0", "-1", "lots", "1000001"])
def test_a_threshold_that_makes_no_sense_is_refused(owner: Client, typed: str) -> None:
    assert owner.post_form("/settings", {**SETTINGS, "low_balance": typed}).status_code == 422
