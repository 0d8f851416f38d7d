"""The list of contacts: search, filters, orders, columns, pages."""

import re
from datetime import UTC, datetime

import pytest
from flask import Flask

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.contacts import listing, tags
from aerostic.messaging.models import Contact, ContactImport, ImportedContact
from tests.core.web.app.contacts.pages import names, person
from tests.support.factories import make_contact, make_tenant


def test_an_empty_list_says_how_to_begin(app: Flask) -> None:
    tenant = make_tenant()
    text = person(app, tenant.id).get("/contacts").text
    assert "No contacts yet" in text
    assert 'href="/contacts/imports/new"' in text
    assert 'href="/contacts/new"' in text


def test_who_may_only_look_is_offered_no_acts(app: Flask) -> None:
    tenant = make_tenant()
    make_contact(tenant.id)
    text = person(app, tenant.id, "viewer").get("/contacts").text
    assert "/contacts/new" not in text
    assert "/contacts/bulk" not in text


def test_the_newest_stand_first_and_a_heading_orders_by_name(app: Flask) -> None:
    tenant = make_tenant()
    for name in ("eve", "Ada", "Émile"):
        make_contact(tenant.id, name=name)
    client = person(app, tenant.id)
    assert names(client.get("/contacts")) == ["Émile", "Ada", "eve"]
    assert names(client.get("/contacts?sort=name")) == ["Ada", "Émile", "eve"]
    assert names(client.get("/contacts?sort=-name")) == ["eve", "Émile", "Ada"]


def test_every_filter_narrows(app: Flask) -> None:
    tenant = make_tenant(country="US")
    past = datetime(2020, 1, 1, tzinfo=UTC)
    ada = make_contact(tenant.id, "+16505550123", name="Ada Byron", country="BR", fields={"city": "Rio"}, source="api")
    bob = make_contact(tenant.id, name="Bob", marketing="withdrawn", created_at=past, fields={"city": "Riom"})
    with transaction(tenant_scope(tenant.id)) as session:
        vip = tags.tag_named(session, tenant.id, "vip")
        tags.put_on(session, tenant.id, vip.id, [bob.id])
        job = ContactImport(tenant_id=tenant.id, name="list.csv", path="/x", options={}, state="finished")
        session.add(job)
        session.flush()
        session.add(ImportedContact(tenant_id=tenant.id, import_id=job.id, contact_id=ada.id, line=2))
    client = person(app, tenant.id)

    def shown(query: str) -> list[str]:
        return names(client.get(f"/contacts?{query}"))

    assert shown("q=by") == shown("q=%2B1+650+555+0123") == shown("country=BR") == ["Ada Byron"]
    assert shown("source=api") == shown(f"import={job.id}") == shown("from=2021-01-01") == ["Ada Byron"]
    assert shown("field=city&match=is&value=rio") == shown("field=city&match=is_not&value=riom") == ["Ada Byron"]
    assert shown(f"tag={vip.id}") == shown("consent=withdrawn") == shown("to=2020-01-01") == ["Bob"]
    assert shown("field=city") == shown("field=city&value=rio") == ["Bob", "Ada Byron"]
    assert shown("country=BR&consent=withdrawn") == shown("field=city&match=unset") == []


def test_what_an_address_makes_up_is_ignored(app: Flask) -> None:
    tenant = make_tenant()
    make_contact(tenant.id, name="Ada")
    client = person(app, tenant.id)
    made_up = (
        "tag=nonsense&country=XX&consent=maybe&source=%00&import=1&from=yesterday&to=x&field=none&sort=phone&per=7"
    )
    assert names(client.get(f"/contacts?{made_up}&after=zzz&cols=nothing")) == ["Ada"]
    assert names(client.get("/contacts?q=%00&import=%00&from=0001-01-01&to=9999-12-31")) == ["Ada"]


def test_pages_go_on_where_the_last_one_ended(app: Flask) -> None:
    tenant = make_tenant()
    made = [make_contact(tenant.id, name=f"Person {number:02d}").name for number in range(30)]
    client = person(app, tenant.id)
    first = client.get("/contacts?sort=name")
    following = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert following
    second = client.get(following[1].replace("&amp;", "&"))
    assert names(first) + names(second) == made
    assert "30 rows" in first.text


def test_a_search_that_finds_too_many_keeps_to_the_order_of_coming(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "MOST_COUNTED", 2)
    tenant = make_tenant()
    for name in ("Ada C", "Ada A", "Ada B"):
        make_contact(tenant.id, name=name)
    client = person(app, tenant.id)
    assert names(client.get("/contacts?q=ada&sort=name")) == ["Ada B", "Ada A", "Ada C"]
    assert names(client.get("/contacts?sort=name")) == ["Ada A", "Ada B", "Ada C"]


def test_columns_can_be_chosen_custom_fields_too(app: Flask) -> None:
    tenant = make_tenant()
    make_contact(tenant.id, fields={"city": "Rio de Janeiro"})
    client = person(app, tenant.id)
    assert "Rio de Janeiro" not in client.get("/contacts").text
    assert "Rio de Janeiro" in client.get("/contacts?cols=field.city").text


def test_names_are_shown_as_text(app: Flask) -> None:
    tenant = make_tenant()
    make_contact(tenant.id, name="<script>alert(1)</script>", fields={"<b>": "<i>"})
    text = person(app, tenant.id).get("/contacts?cols=field.<b>").text
    assert "<script>alert" not in text
    assert "<i>" not in text


def test_another_workspace_s_contacts_are_never_there(app: Flask) -> None:
    mine, theirs = make_tenant(), make_tenant()
    other = make_contact(theirs.id, name="Theirs")
    client = person(app, mine.id)
    assert "Theirs" not in client.get("/contacts?q=theirs").text
    for path in ("", "/edit", "/timeline"):
        assert client.get(f"/contacts/{other.id}{path}").status_code == 404
    answer = client.post_form(f"/contacts/{other.id}/edit", {"name": "Mine"})
    assert answer.status_code == 404
    with transaction(tenant_scope(theirs.id)) as session:
        assert session.get_one(Contact, other.id).name == "Theirs"
