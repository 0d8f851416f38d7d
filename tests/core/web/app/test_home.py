"""The home page: counts of the workspace's own days, and what is still to do."""

from datetime import UTC, datetime, timedelta

from flask import Flask

from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.messaging.models import Message
from aerostic.messaging.statistics import Day, daily
from aerostic.testing.people import new_tenant, sign_in
from aerostic.web.pages.formats import phone
from tests.support.factories import make_contact, make_number, make_template, make_tenant

PAGE = {"Accept": "text/html"}
HOST = "app.localhost"


def make_message(tenant_id, number, at: datetime, **values) -> None:
    with transaction(tenant_scope(tenant_id)) as session:
        message = Message(
            tenant_id=tenant_id, number_id=number.id, source="test", idempotency_key=str(values.pop("key")),
            kind="text", content={}, created_at=at, **values,
        )  # fmt: skip
        session.add(message)


def test_days_are_those_of_the_workspaces_zone_and_empty_ones_are_there(app: Flask):
    tenant = make_tenant(zone="Asia/Tokyo")
    number = make_number(tenant.id)
    late = datetime(2026, 5, 1, 23, tzinfo=UTC)  # the second of May in Tokyo
    make_message(tenant.id, number, late, key=1, state="accepted", status="read")
    make_message(tenant.id, number, late, key=2, state="accepted", status="failed")
    make_message(tenant.id, number, late, key=3, state="planned")
    make_message(tenant.id, number, late - timedelta(days=2), key=4, state="received", direction="in")
    with transaction(tenant_scope(tenant.id)) as session:
        days = daily(session, tenant.id, "Asia/Tokyo", 3, late)
    assert [day.day.day for day in days] == [30, 1, 2]
    assert [(d.sent, d.delivered, d.read, d.failed, d.received) for d in days] == [
        (0, 0, 0, 0, 1),
        (0, 0, 0, 0, 0),
        (2, 1, 1, 1, 0),
    ]


def test_another_workspaces_messages_are_not_counted(app: Flask):
    mine, other = make_tenant(), make_tenant()
    make_message(other.id, make_number(other.id), utcnow(), key=1, state="accepted", status="read")
    with transaction(tenant_scope(mine.id)) as session:
        days = daily(session, other.id, "UTC", 1, utcnow())
    assert days == [Day(days[0].day)]


def test_a_new_workspace_is_told_what_to_do_first(app: Flask):
    page = sign_in(app, new_tenant(), "owner", HOST).get("/", headers=PAGE)
    assert page.status_code == 200
    assert "Get started" in page.text and 'href="/numbers/connect"' in page.text


def test_what_is_done_is_ticked(app: Flask):
    tenant = make_tenant(plugins=())
    account_number = make_number(tenant.id)
    make_template(tenant.id, account_number_account(tenant.id))
    make_contact(tenant.id)
    page = sign_in(app, tenant.id, "owner", HOST).get("/", headers=PAGE).text
    assert "3 of 5 done" in page
    assert phone(account_number.display) in page


def account_number_account(tenant_id):
    from sqlalchemy import select

    from aerostic.messaging.models import ChannelAccount

    with transaction(tenant_scope(tenant_id)) as session:
        return session.scalars(select(ChannelAccount)).one()


def test_what_a_role_may_not_see_is_left_out(app: Flask):
    tenant = new_tenant()
    assert "/wallet" in sign_in(app, tenant, "owner", HOST).get("/", headers=PAGE).text
    assert 'href="/wallet"' not in sign_in(app, tenant, "agent", HOST).get("/", headers=PAGE).text.replace(
        '<a class="fw-semibold" href="/wallet">', ""
    )
