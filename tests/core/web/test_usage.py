"""What is used, on pages: the platform's chart of all workspaces, a workspace's table of its own."""

import html
import json
import re
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from aerostic.db import Event, service_scope, transaction, utcnow
from aerostic.identity.people import create_user
from aerostic.streams.metering import metered
from aerostic.streams.metering.counting import count
from aerostic.testing.people import PASSWORD, Client, enter, new_tenant, sign_in
from tests.support.factories import TESTS

PAGE = {"Accept": "text/html"}


def use(tenant_id: UUID, messages: int, days_ago: int = 0) -> None:
    now = utcnow()
    at = now - timedelta(days=days_ago)
    events = [Event("message.accepted", tenant_id, "k", {}, time=at) for _ in range(messages)]
    with transaction(service_scope("usage")) as session:
        count(session, "test", [*events, metered(tenant_id, "storage", 2_048)], now)


@pytest.fixture
def platform(app: Flask) -> Client:
    with transaction(TESTS) as session:
        user = create_user(session, email="x@staff.example", name="Staff", password=PASSWORD, staff="platform")
    client = Client(app, app.response_class, use_cookies=True)
    client.host = "admin.localhost"
    enter(client, user.id)
    return client


def test_the_platform_sees_what_all_workspaces_used_day_by_day(platform: Client) -> None:
    for tenant in (new_tenant(), new_tenant()):
        use(tenant, 3)
        use(tenant, 1, days_ago=29)
        use(tenant, 9, days_ago=30)
    page = platform.get("/overview", headers=PAGE).text
    (chart,) = [json.loads(html.unescape(data)) for data in re.findall('data-chart="([^"]*)"', page)]
    (messages,) = chart["series"]
    assert messages["name"] == "Messages sent"
    assert messages["data"] == [2, *[0] * 28, 6]


def test_a_workspace_sees_its_own(app: Flask) -> None:
    tenant, other = new_tenant(), new_tenant()
    use(tenant, 3)
    use(tenant, 1, days_ago=2)
    use(other, 50)
    page = sign_in(app, tenant, "owner", "app.localhost").get("/wallet", headers=PAGE).text
    table = page[page.index("Used, last 30 days") :]
    cells = re.findall(r'<td class="num"><bdi>([^<]*)</bdi></td>', table)
    assert cells[:4] == ["3", "4", "4.1 kB", "4.1 kB"]
    assert "Stored now: 4.1 kB of files" in table
    assert "Agent tokens" not in page


def test_what_was_stored_long_ago_is_stored_now(app: Flask) -> None:
    tenant = new_tenant()
    with transaction(service_scope("usage")) as session:
        kept = replace(metered(tenant, "storage", 3_000_000), time=utcnow() - timedelta(days=200))
        count(session, "test", [kept, metered(tenant, "storage", -500_000)], utcnow())
    page = sign_in(app, tenant, "owner", "app.localhost").get("/wallet", headers=PAGE).text
    assert re.findall(r'<td class="num"><bdi>([^<]*)</bdi></td>', page)[:2] == ["-500 kB", "-500 kB"]
    assert "Stored now: 2.5 MB of files" in page


def test_nobody_sees_a_table_of_nothing(app: Flask) -> None:
    tenant = new_tenant()
    assert "Used, last 30 days" not in sign_in(app, tenant, "owner", "app.localhost").get("/wallet", headers=PAGE).text
