"""One contact: its page, changing it, what it agreed to, tags."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from aerostic.db import new_id, tenant_scope, transaction, utcnow
from aerostic.messaging.contacts import tags, timeline
from aerostic.messaging.contacts.consent import opt_out
from aerostic.messaging.models import Consent, Contact, Message, Tag
from tests.core.web.app.contacts.pages import hidden, person
from tests.support.factories import make_contact, make_number, make_tenant


def stored(tenant_id: UUID, contact_id: UUID) -> Contact:
    with transaction(tenant_scope(tenant_id)) as session:
        return session.get_one(Contact, contact_id)


def tags_of(tenant_id: UUID, contact_id: UUID) -> list[str]:
    with transaction(tenant_scope(tenant_id)) as session:
        return [tag.name for tag in tags.names_of(session, tenant_id, [contact_id]).get(contact_id, [])]


def write(tenant_id: UUID, contact_id: UUID, number_id: UUID, words: str, **values: Any) -> None:
    content = {"type": "text", "text": {"body": words}}
    with transaction(tenant_scope(tenant_id)) as session:
        defaults = {"source": "person", "idempotency_key": str(new_id()), "kind": "text", "state": "received"}
        given = {**defaults, "direction": "in", "content": content, **values}
        session.add(Message(tenant_id=tenant_id, contact_id=contact_id, number_id=number_id, **given))


def test_a_contact_is_added_once_even_if_the_form_is_sent_twice(app: Flask) -> None:
    tenant = make_tenant(country="GB")
    client = person(app, tenant.id)
    key = hidden(client.get("/contacts/new"), "form_key")
    sent = {"name": "Ada", "phone": "07400 253985", "email": "ada@example.com", "tags": "vip,  new ,vip"}
    sent |= {"form_key": key, "new_field": "city", "new_value": "London", "locale": "en_GB"}
    for _ in range(2):
        assert client.post_form("/contacts/new", sent).location == f"/contacts/{key}"
    made = stored(tenant.id, UUID(key))
    assert (made.name, made.phone, made.email, made.locale) == ("Ada", "+447400253985", "ada@example.com", "en_GB")
    assert (made.country, made.fields, made.source) == ("GB", {"city": "London"}, "manual")
    assert tags_of(tenant.id, made.id) == ["new", "vip"]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Give a phone number, a name or an e-mail address."),
        ({"phone": "12"}, "Digits are missing."),
        ({"phone": "not a number"}, "This is not one phone number."),
        ({"email": "ada@"}, "Write the address as name@example.com."),
        ({"name": "x" * 257}, "at most 256 characters"),
        ({"name": "Ada", "locale": "english"}, "This does not have the right form."),
        ({"name": "Ada", "tags": "x" * 65}, "At most 20 tags"),
        ({"phone": "+447911123456"}, "Another contact has this phone"),
        ({"name": "Ada", "field.city": "x" * 1025}, "at most 1024 characters"),
    ],
)
def test_wrong_input_is_said_at_its_field_and_nothing_typed_is_lost(
    app: Flask, sent: dict[str, str], said: str
) -> None:
    tenant = make_tenant()
    known = make_contact(tenant.id, "+447911123456", name="Taken", fields={"city": "Paris"})
    answer = person(app, tenant.id).post_form("/contacts/new", {**sent, "new_value": "kept"})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="kept"' in answer.text
    assert all(f'value="{value}"' in answer.text for value in sent.values())
    with transaction(tenant_scope(tenant.id)) as session:
        assert session.scalars(select(Contact.id)).all() == [known.id]


def test_what_is_changed_is_changed_and_the_rest_stays(app: Flask) -> None:
    tenant = make_tenant()
    contact = make_contact(tenant.id, "+16505550123", name="Ada", fields={"city": "Paris", "plan": "pro"})
    with transaction(tenant_scope(tenant.id)) as session:
        for name in ("vip", "old"):
            tags.put_on(session, tenant.id, tags.tag_named(session, tenant.id, name).id, [contact.id])
    client = person(app, tenant.id)
    form = client.get(f"/contacts/{contact.id}/edit").text
    assert 'value="old, vip"' in form
    sent = {"name": "Ada B", "phone": "+16505550123", "tags": "vip", "field.city": "", "field.plan": "pro"}
    assert client.post_form(f"/contacts/{contact.id}/edit", sent).status_code == 303
    changed = stored(tenant.id, contact.id)
    assert (changed.name, changed.phone, changed.fields) == ("Ada B", "+16505550123", {"plan": "pro"})
    assert tags_of(tenant.id, contact.id) == ["vip"]


def test_what_the_contact_said_is_written_down_with_who_wrote_it(app: Flask) -> None:
    tenant = make_tenant()
    contact = make_contact(tenant.id, marketing="unknown")
    client = person(app, tenant.id)
    sent = {"state": "granted", "category": "marketing", "source": "form in the shop", "day": "2026-01-05"}
    assert client.post_form(f"/contacts/{contact.id}/consent", sent).location == f"/contacts/{contact.id}"
    assert stored(tenant.id, contact.id).marketing == "granted"
    text = client.get(f"/contacts/{contact.id}").text
    assert "written down by hand: form in the shop" in text
    assert "· Kit" in text
    with transaction(tenant_scope(tenant.id)) as session:
        entry = session.scalars(select(Consent)).one()
    assert entry.given_at.date().isoformat() == "2026-01-05"


def test_an_opt_out_of_everything_is_shown_and_suppresses(app: Flask) -> None:
    tenant = make_tenant()
    contact = make_contact(tenant.id)
    client = person(app, tenant.id)
    day = utcnow().date().isoformat()
    sent = {"state": "withdrawn", "category": "all", "source": "called us", "day": day}
    assert client.post_form(f"/contacts/{contact.id}/consent", sent).status_code == 303
    text = client.get(f"/contacts/{contact.id}").text
    assert "This person wants no messages at all." in text
    assert "Opted out (everything)" in text


def test_an_answer_from_the_future_or_from_nowhere_is_not_written_down(app: Flask) -> None:
    tenant = make_tenant()
    contact = make_contact(tenant.id)
    tomorrow = (utcnow() + timedelta(days=2)).date().isoformat()
    answer = person(app, tenant.id).post_form(f"/contacts/{contact.id}/consent", {"state": "granted", "day": tomorrow})
    assert answer.status_code == 422
    assert "Choose a day that is not in the future." in answer.text
    assert "This is needed. Fill it in." in answer.text
    assert f'value="{tomorrow}"' in answer.text
    with transaction(tenant_scope(tenant.id)) as session:
        assert session.scalars(select(Consent)).all() == []


def test_the_timeline_tells_what_happened_newest_first(app: Flask) -> None:
    tenant = make_tenant()
    number, contact = make_number(tenant.id), make_contact(tenant.id)
    now = utcnow()
    write(tenant.id, contact.id, number.id, "Do you have it in blue?", created_at=now - timedelta(hours=3))
    sent = {"to": "x", "content": {"type": "text", "text": {"body": "We do."}}}
    out = {"direction": "out", "state": "accepted", "status": "read", "content": sent}
    write(tenant.id, contact.id, number.id, "", created_at=now - timedelta(hours=2), **out)
    with transaction(tenant_scope(tenant.id)) as session:
        opt_out(session, tenant.id, contact.id, source="stop_word", at=now - timedelta(hours=1))
        tags.put_on(session, tenant.id, tags.tag_named(session, tenant.id, "vip").id, [contact.id])
    text = person(app, tenant.id).get(f"/contacts/{contact.id}").text
    told = text.partition('class="timeline"')[2]
    places = [told.index(words) for words in ("Got a tag", "wrote STOP", "We do.", "Do you have it in blue?")]
    assert places == sorted(places)
    assert ">read<" in told


def test_the_timeline_goes_on_where_its_page_ended(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant = make_tenant()
    number, contact = make_number(tenant.id), make_contact(tenant.id)
    for hour in range(5):
        write(tenant.id, contact.id, number.id, f"message {hour}", created_at=utcnow() - timedelta(hours=hour))
    with transaction(tenant_scope(tenant.id)) as session:
        mine = session.get_one(Contact, contact.id)
        first, before = timeline.read(session, mine, size=3)
        second, end = timeline.read(session, mine, before, size=3)
        assert timeline.weekly(session, mine) == [0] * 11 + [5]
    words = [item.body.words for item in (*first, *second) if item.body]
    assert (words, end) == ([f"message {hour}" for hour in range(5)], None)
    part = person(app, tenant.id).get(f"/contacts/{contact.id}/timeline?before={before}").text
    assert ("message 2" in part, "message 3" in part) == (False, True)


def test_tags_are_made_renamed_and_deleted(app: Flask) -> None:
    tenant = make_tenant()
    contact = make_contact(tenant.id)
    client = person(app, tenant.id)
    assert "No tags yet" in client.get("/contacts/tags").text
    for name in ("vip", "new"):
        assert client.post_form("/contacts/tags", {"name": name}).location == "/contacts/tags"
    with transaction(tenant_scope(tenant.id)) as session:
        vip = session.scalars(select(Tag).where(Tag.name == "vip")).one()
        tags.put_on(session, tenant.id, vip.id, [contact.id])
    assert "one contact" in client.get("/contacts/tags").text
    taken = client.post_form(f"/contacts/tags/{vip.id}", {"name": "new"})
    assert (taken.status_code, "There is a tag of this name already." in taken.text) == (422, True)
    assert client.post_form(f"/contacts/tags/{vip.id}", {"name": ""}).status_code == 422
    assert client.post_form(f"/contacts/tags/{vip.id}", {"name": "gold"}).status_code == 303
    assert tags_of(tenant.id, contact.id) == ["gold"]
    assert client.post_form(f"/contacts/tags/{vip.id}/delete").status_code == 303
    assert tags_of(tenant.id, contact.id) == []
    assert client.post_form(f"/contacts/tags/{vip.id}/delete").status_code == 404


def test_who_may_only_look_changes_nothing(app: Flask) -> None:
    tenant = make_tenant()
    contact = make_contact(tenant.id)
    client = person(app, tenant.id, "viewer")
    page = client.get(f"/contacts/{contact.id}")
    assert page.status_code == 200
    assert "/edit" not in page.text
    assert "Write down" not in page.text
    for path in ("/edit", "/consent"):
        assert client.post_form(f"/contacts/{contact.id}{path}", {}).status_code == 403
    assert client.post_form("/contacts/tags", {"name": "x"}).status_code == 403
