"""Tables: the address is the state, pages go on where the last one ended, and nothing an address says can break one."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.messaging.models import Contact
from aerostic.web.pages.tables import Column, Filter, TableSpec, TableState, fetch
from tests.support.factories import make_contact, make_tenant

SPEC = TableSpec(
    "people",
    Contact.id,
    [
        Column("name", "Name", Contact.name),
        Column("country", "Country"),
        Column("created", "Added", Contact.created_at),
        Column("source", "Source", shown=False),
    ],
    filters=[
        Filter("country", "Country", lambda v: Contact.country == v if len(v) == 2 else None, [("DE", "Germany")]),
    ],
    search=lambda q: Contact.name.icontains(q, autoescape=True),
)


def state(query: str = "") -> TableState:
    return TableState.read(SPEC, MultiDict(parse_qs(query)))


@pytest.fixture
def shop(app: Flask) -> UUID:
    tenant = make_tenant()
    now = utcnow()
    for n in range(60):
        make_contact(
            tenant.id, name=f"P{n // 2:02}", country="DE" if n % 3 else "US", created_at=now - timedelta(minutes=n // 4)
        )
    return tenant.id


def rows(tenant: UUID, query: str):
    with transaction(tenant_scope(tenant)) as session:
        return fetch(session, state(query), select(Contact))


def walk(tenant: UUID, query: str) -> list[list[UUID]]:
    """The ids of every page, by the addresses of the links to the next ones."""
    pages, address = [], query
    while True:
        page = rows(tenant, address)
        pages.append([row.id for row in page.rows])
        if not page.next:
            return pages
        address = urlsplit(state(query).url(after=page.next)).query


@pytest.mark.parametrize("query", ["", "sort=name", "sort=-name", "sort=created", "country=DE", "q=P1"])
def test_walking_through_the_pages_meets_every_row_once_in_order(shop, query):
    with transaction(tenant_scope(shop)) as session:
        everything = session.scalars(select(Contact).where(*state(query).conditions())).all()
    name = state(query).sort.lstrip("-")
    key = {"name": lambda c: (c.name, c.id), "created": lambda c: (c.created_at, c.id)}[name]
    expected = [c.id for c in sorted(everything, key=key, reverse=state(query).descending)]
    assert [id_ for page in walk(shop, query) for id_ in page] == expected


def test_going_back_gives_the_page_one_came_from(shop):
    first = rows(shop, "")
    second = rows(shop, urlsplit(state().url(after=first.next)).query)
    back = rows(shop, urlsplit(state().url(before=second.previous)).query)
    assert [row.id for row in back.rows] == [row.id for row in first.rows]
    assert (back.previous, bool(back.next)) == ("", True)


def test_the_total_counts_what_matches(shop):
    assert (rows(shop, "").total, rows(shop, "country=US").total, rows(shop, "q=P29").total) == (60, 20, 2)


@pytest.mark.parametrize(
    "query",
    [
        "after=nonsense",
        "after=W10",
        "sort=password",
        "per=1000000",
        "country=Germany",
        "cols=secret",
        "after=%00",
        "q=%00",
    ],
)
def test_what_an_address_makes_up_is_ignored(shop, query):
    assert [row.id for row in rows(shop, query).rows] == [row.id for row in rows(shop, "").rows]


def test_the_address_of_a_change_keeps_the_rest_and_begins_at_the_first_page():
    found = state("q=ada&country=DE&sort=name&per=50&after=xyz")
    assert found.url(sort="-name") == "?q=ada&country=DE&sort=-name&per=50"
    assert found.url(country="") == "?q=ada&sort=name&per=50"


def test_a_heading_turns_the_order_round():
    name = SPEC.columns[0]
    assert (state().sort_by(name), state("sort=name").sort_by(name)) == ("?sort=name", "?sort=-name")


def test_the_first_column_is_always_there_and_others_as_chosen():
    assert [c.name for c in state().columns] == ["name", "country", "created"]
    assert [c.name for c in state("cols=source").columns] == ["name", "source"]


def test_a_bulk_act_gets_what_narrows_the_table_and_nothing_else():
    assert state("q=ada&country=DE&sort=name&after=xyz").narrowing() == {"q": "ada", "country": "DE"}


def test_a_table_cannot_start_with_an_order_it_lacks():
    with pytest.raises(ValueError, match="does not offer"):
        TableSpec("x", Contact.id, [Column("name", "Name", Contact.name)], order="age")
