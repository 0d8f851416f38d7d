"""Acts on many contacts, exports, and the work that they become."""

import csv
import io
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from aerostic.db import tenant_scope, transaction
from aerostic.jobs.models import Work
from aerostic.jobs.queues import IMPORTS, queue
from aerostic.messaging.contacts import tags
from aerostic.messaging.contacts.export_work import path_of
from aerostic.messaging.models import Consent, Contact
from aerostic.messaging.work import run_work
from aerostic.web.app.contacts import acting, exporting
from tests.core.web.app.contacts.pages import hidden, person
from tests.support.factories import make_contact, make_tenant

CHOICE = {"act": "add_tag", "all": "1", "country": "BR"}


def works(tenant_id: UUID) -> list[Work]:
    with transaction(tenant_scope(tenant_id)) as session:
        return list(session.scalars(select(Work)))


def worn(tenant_id: UUID) -> dict[str, int]:
    with transaction(tenant_scope(tenant_id)) as session:
        return {tag.name: tag.contacts for tag in tags.counted(session, tenant_id)}


def run_all(tenant_id: UUID) -> None:
    for job in queue(IMPORTS).jobs:
        run_work(*job.args)
    assert {work.state for work in works(tenant_id)} == {"done"}


def test_before_anything_happens_it_is_said_to_how_many(app: Flask) -> None:
    tenant = make_tenant()
    for country in ("BR", "BR", "US"):
        make_contact(tenant.id, country=country)
    answer = person(app, tenant.id).post_form("/contacts/bulk", CHOICE)
    assert answer.status_code == 200
    assert "This is about 2 contacts." in answer.text
    assert hidden(answer, "country") == "BR"
    assert worn(tenant.id) == {}


def test_all_that_match_become_work_even_if_the_form_is_sent_twice(app: Flask) -> None:
    tenant = make_tenant()
    for country in ("BR", "BR", "US"):
        make_contact(tenant.id, country=country)
    client = person(app, tenant.id)
    key = hidden(client.post_form("/contacts/bulk", CHOICE), "form_key")
    for _ in range(2):
        answer = client.post_form("/contacts/bulk/do", {**CHOICE, "tag": " vip ", "form_key": key})
        assert answer.status_code == 303
    [work] = works(tenant.id)
    assert answer.location == f"/work/{work.id}"
    run_all(tenant.id)
    assert worn(tenant.id) == {"vip": 2}
    assert "Done" in client.get(answer.location).text


def test_those_chosen_by_hand_are_dealt_with_at_once(app: Flask) -> None:
    tenant = make_tenant()
    chosen = [make_contact(tenant.id) for _ in range(2)]
    make_contact(tenant.id)
    client = person(app, tenant.id)
    sent = {"act": "opt_out", "id": [str(contact.id) for contact in chosen], "reason": "asked by post", "q": "a b"}
    answer = client.post_form("/contacts/bulk/do", sent)
    assert (answer.status_code, answer.location) == (303, "/contacts?q=a+b")
    with transaction(tenant_scope(tenant.id)) as session:
        entries = session.scalars(select(Consent)).all()
        withdrawn = session.scalars(select(Contact.id).where(Contact.marketing == "withdrawn")).all()
    assert {(entry.source, entry.user_id is not None) for entry in entries} == {("person:asked by post", True)}
    assert set(withdrawn) == {contact.id for contact in chosen}


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"act": "add_tag", "all": "1"}, "Choose a tag, or write a new one."),
        ({"act": "remove_tag", "all": "1", "tag": "none"}, "There is no tag of this name."),
        ({"act": "opt_out", "all": "1", "reason": "by post", "confirmed": "1"}, "Type the number of contacts, 2,"),
    ],
)
def test_what_is_missing_is_said_at_the_field_and_nothing_is_lost(
    app: Flask, monkeypatch: pytest.MonkeyPatch, sent: dict[str, str], said: str
) -> None:
    monkeypatch.setattr(acting, "MANY", 1 if sent["act"] == "opt_out" else 1000)
    tenant = make_tenant()
    make_contact(tenant.id)
    make_contact(tenant.id)
    answer = person(app, tenant.id).post_form("/contacts/bulk/do", sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'name="all" value="1"' in answer.text
    assert works(tenant.id) == []
    if sent["act"] == "opt_out":
        assert 'value="by post"' in answer.text


@pytest.mark.parametrize("role", ["agent", "viewer"])
def test_who_may_not_change_contacts_can_do_nothing_to_them(app: Flask, role: str) -> None:
    tenant = make_tenant()
    client = person(app, tenant.id, role)
    for path in ("/contacts/bulk", "/contacts/bulk/do", "/contacts/export"):
        assert client.post_form(path, CHOICE).status_code == 403


def read(answer: Any) -> list[list[str]]:
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_a_small_export_comes_at_once_with_the_filters_of_the_list(app: Flask) -> None:
    tenant = make_tenant()
    make_contact(tenant.id, "+16505550123", name="=Ada", country="BR")
    make_contact(tenant.id, name="Eve")
    client = person(app, tenant.id)
    assert "One contact goes into the file." in client.get("/contacts/export?country=BR").text
    sent = {"columns": ["name", "phone", "password"], "country": "BR"}
    assert read(client.post_form("/contacts/export", sent)) == [["name", "phone"], ["'=Ada", "'+16505550123"]]
    assert client.post_form("/contacts/export", sent | {"mark": "1"}).data.startswith(b"\xef\xbb\xbf")


def test_marketers_export_shortened_numbers(app: Flask) -> None:
    tenant = make_tenant()
    make_contact(tenant.id, "+16505550123")
    client = person(app, tenant.id, "marketer")
    assert read(client.post_form("/contacts/export", {"columns": ["phone"]})) == [["phone"], ["'+1 ••• 0123"]]


def test_an_export_without_columns_is_asked_again(app: Flask) -> None:
    tenant = make_tenant()
    answer = person(app, tenant.id).post_form("/contacts/export", {"country": "BR"})
    assert answer.status_code == 422
    assert "Choose at least 1." in answer.text
    assert hidden(answer, "country") == "BR"


def test_a_large_export_is_work_whose_file_only_its_owner_fetches(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 1)
    tenant = make_tenant()
    for _ in range(2):
        make_contact(tenant.id, name="Ada")
    client, other = person(app, tenant.id), person(app, tenant.id)
    where = client.post_form("/contacts/export", {"columns": ["name"]}).location
    assert "Download the file" not in client.get(where).text
    run_all(tenant.id)
    text = client.get(where).text
    link = text.partition('href="/work/file/')[2].partition('"')[0]
    with client.get(f"/work/file/{link}") as answer:
        assert read(answer) == [["name"], ["Ada"], ["Ada"]]
    assert other.get(f"/work/file/{link}").status_code == other.get(where).status_code == 404
    assert client.get(f"/work/file/{link}x").status_code == 404
    path_of(works(tenant.id)[0].id).unlink()
    assert client.get(f"/work/file/{link}").status_code == 404
    assert "Download the file" not in client.get(where).text


def test_work_shows_how_far_it_is_and_can_be_stopped(app: Flask) -> None:
    tenant = make_tenant()
    make_contact(tenant.id, country="BR")
    client = person(app, tenant.id)
    where = client.post_form("/contacts/bulk/do", {**CHOICE, "tag": "vip"}).location
    part = client.get(f"{where}/progress").text
    assert 'hx-trigger="live, every 5s"' in part
    assert "0 of 1" in part
    assert client.post_form(f"{where}/cancel").status_code == 303
    assert "Stopped" in client.get(where).text
    assert "hx-trigger" not in client.get(f"{where}/progress").text
