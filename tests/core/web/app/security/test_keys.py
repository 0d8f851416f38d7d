"""What keys asked, on the page of all keys and on that of each."""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from aerostic.db import Event, service_scope, tenant_scope, transaction, utcnow
from aerostic.identity.keys import create_key, list_keys
from aerostic.identity.models import User
from aerostic.streams.metering.counting import count
from aerostic.testing.people import Client, new_tenant, sign_in
from aerostic.web.app.api_keys.use import by_key, by_outcome, lately
from tests.support.factories import make_person
from tests.support.statements import statements

HOST, PAGE = "app.localhost", {"Accept": "text/html"}


@pytest.fixture
def tenant(app: Flask) -> UUID:
    return new_tenant()


@pytest.fixture
def maker(tenant: UUID) -> User:
    return make_person(tenant, email="maker@shop.example")


@pytest.fixture
def owner(app: Flask, tenant: UUID) -> Client:
    return sign_in(app, tenant, "owner", HOST)


def make_key(tenant: UUID, maker: User, name: str, *, calls: int = 0, refused: int = 0, days_ago: int = 0) -> UUID:
    """A key that asked so often on one day."""
    granted = ["contacts.view"]
    with transaction(tenant_scope(tenant)) as session:
        key = create_key(session, tenant, name=name, permissions=granted, granted=granted, created_by=maker.id).row.id
    statuses = [403] * refused + [200] * (calls - refused)
    at = utcnow() - timedelta(days=days_ago)
    events = [Event("api.asked", tenant, "k", {"key": str(key), "status": one}, time=at) for one in statuses]
    with transaction(service_scope("usage")) as session:
        count(session, "test", events, utcnow())
    return key


def cells(page: str) -> list[list[str]]:
    rows = page.split("<tbody>")[-1].split("</tr>")[:-1]
    return [[cell.split("</td>")[0] for cell in row.split('<td class="num"')[1:3]] for row in rows]


def test_the_page_says_how_often_each_key_asked_and_was_refused(owner: Client, tenant: UUID, maker: User) -> None:
    make_key(tenant, maker, "Idle")
    make_key(tenant, maker, "Shop", calls=1_204, refused=3)
    page = owner.get("/security/keys", headers=PAGE).text
    shown = sorted([cell.split(">")[1] for cell in row] for row in cells(page))
    assert shown == [["0", "0"], ["1,204", "3"]]
    assert "Nothing to show yet" not in page


def test_the_page_of_a_key_shows_its_days_alone(owner: Client, tenant: UUID, maker: User) -> None:
    idle, shop = make_key(tenant, maker, "Idle"), make_key(tenant, maker, "Shop", calls=4, refused=1)
    pages = [owner.get(f"/settings/keys/{key}", headers=PAGE).text for key in (idle, shop)]
    assert ["Nothing to show yet." in page for page in pages] == [True, False]
    assert ["Let through" in page for page in pages] == [False, True]


def test_the_chart_has_two_weeks_and_the_keys_that_asked_most(app: Flask, tenant: UUID, maker: User) -> None:
    for number in range(8):
        make_key(tenant, maker, f"Key {number}", calls=number + 1, days_ago=number % 2)
    make_key(tenant, maker, "Long ago", calls=90, days_ago=14)
    with app.test_request_context(), transaction(tenant_scope(tenant)) as session:
        chart = by_key(list_keys(session, tenant), lately(session, tenant))
    assert [series.name for series in chart.series] == [f"Key {n}" for n in range(7, 1, -1)] + ["Other keys"]
    assert [list(series.data[-2:]) for series in chart.series] == [
        [8, 0],
        [0, 7],
        [6, 0],
        [0, 5],
        [4, 0],
        [0, 3],
        [2, 1],
    ]
    assert len(chart.labels) == 14


def test_calls_that_were_refused_are_told_apart(app: Flask, tenant: UUID, maker: User) -> None:
    key = make_key(tenant, maker, "Shop", calls=5, refused=2, days_ago=13)
    with app.test_request_context(), transaction(tenant_scope(tenant)) as session:
        through, refused = by_outcome(lately(session, tenant)[key]).series
    assert (through.data[0], refused.data[0], sum(through.data), sum(refused.data)) == (3, 2, 3, 2)


def test_ten_keys_cost_no_more_questions_than_five(owner: Client, tenant: UUID, maker: User) -> None:
    asked = []
    for round_ in range(2):
        for number in range(5):
            make_key(tenant, maker, f"Key {round_} {number}", calls=1)
        owner.get("/security/keys", headers=PAGE)
        with statements() as said:
            owner.get("/security/keys", headers=PAGE)
        asked.append(len(said))
    assert asked[0] == asked[1]
