"""Phones and addresses of contacts are shortened, until somebody who may says what they need them for."""

import html
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from aerostic.db import new_id, platform_scope, tenant_scope, transaction
from aerostic.messaging.models import Contact
from aerostic.testing.api import api_client
from aerostic.web.pages import revealed
from tests.core.messaging.conversations.talk import Talk
from tests.core.web.app.contacts.pages import person
from tests.support.factories import make_contact, make_tenant

PHONE, EMAIL = "+4915123456789", "ada.lee@example.org"
WHOLE, SHORT, SHORT_EMAIL = "+49 1512 3456789", "+49 ••• 6789", "a•••@example.org"
PAGE = {"Accept": "text/html"}
ENTRIES = text("SELECT body FROM audit_entry WHERE tenant_id = :tenant_id ORDER BY seq")


@pytest.fixture
def ada(app: Flask) -> Contact:
    return make_contact(make_tenant().id, PHONE, name="Ada", email=EMAIL)


def page_of(contact: Contact) -> str:
    return f"/contacts/{contact.id}"


def sealed(tenant_id: UUID) -> list[str]:
    with transaction(platform_scope("tests")) as session:
        return [body for body in session.scalars(ENTRIES, {"tenant_id": tenant_id}) if "contact.revealed" in body]


def seen(client: object, path: str) -> str:
    return html.unescape(client.get(path, headers=PAGE).text)


@pytest.mark.parametrize("role", ["owner", "agent", "viewer"])
def test_every_page_shortens_them(app: Flask, ada: Contact, role: str) -> None:
    client = person(app, ada.tenant_id, role)
    for path in ("/contacts", page_of(ada), f"{page_of(ada)}/edit"):
        shown = seen(client, path)
        assert (WHOLE in shown, PHONE in shown, EMAIL in shown, "23456789" in shown) == (False,) * 4
    assert SHORT in seen(client, "/contacts")
    assert SHORT_EMAIL in seen(client, page_of(ada))


def test_with_a_reason_they_are_whole_and_the_reason_is_in_the_log(app: Flask, ada: Contact) -> None:
    client, other = person(app, ada.tenant_id, "marketer"), make_contact(ada.tenant_id, "+4915199999999", name="Bob")
    assert f"{page_of(ada)}/reveal" in seen(client, page_of(ada))
    answer = client.post_form(f"{page_of(ada)}/reveal", {"reason": " calls back about order 17 "})
    assert (answer.status_code, answer.location) == (303, page_of(ada))
    shown = seen(client, page_of(ada))
    assert (WHOLE in shown, EMAIL in shown, "/reveal" in shown) == (True, True, False)
    assert PHONE in seen(client, f"{page_of(ada)}/edit")
    assert "+49 ••• 9999" in seen(client, page_of(other))
    assert WHOLE not in seen(person(app, ada.tenant_id, "agent"), page_of(ada))
    [entry] = sealed(ada.tenant_id)
    assert f"contact:{ada.id}" in entry
    assert "calls back about order 17" in entry


def test_after_some_minutes_they_are_short_again(app: Flask, ada: Contact, monkeypatch: pytest.MonkeyPatch) -> None:
    client = person(app, ada.tenant_id, "agent")
    client.post_form(f"{page_of(ada)}/reveal", {"reason": "order"})
    now = revealed.time()
    monkeypatch.setattr(revealed, "time", lambda: now + revealed.MINUTES * 60 + 1)
    assert WHOLE not in seen(client, page_of(ada))


@pytest.mark.parametrize("reason", ["", "  ", "ab", "x" * 201])
def test_without_a_reason_nothing_is_shown_or_noted(app: Flask, ada: Contact, reason: str) -> None:
    client = person(app, ada.tenant_id)
    assert client.post_form(f"{page_of(ada)}/reveal", {"reason": reason}).status_code == 422
    assert (WHOLE in seen(client, page_of(ada)), sealed(ada.tenant_id)) == (False, [])


def test_who_may_not_is_refused_and_other_workspaces_contacts_are_not_found(app: Flask, ada: Contact) -> None:
    viewer = person(app, ada.tenant_id, "viewer")
    assert viewer.post_form(f"{page_of(ada)}/reveal", {"reason": "order"}).status_code == 403
    assert "/reveal" not in seen(viewer, page_of(ada))
    stranger = person(app, make_tenant().id)
    assert stranger.post_form(f"{page_of(ada)}/reveal", {"reason": "order"}).status_code == 404
    assert sealed(ada.tenant_id) == []


def test_the_way_back_stays_inside(app: Flask, ada: Contact) -> None:
    client = person(app, ada.tenant_id)
    for back, where in (
        (f"/conversations/{ada.id}", f"/conversations/{ada.id}"),
        ("https://evil.example", page_of(ada)),
    ):
        answer = client.post_form(f"{page_of(ada)}/reveal", {"reason": "order", "back": back})
        assert answer.location == where


def test_changing_a_name_keeps_what_was_not_shown(app: Flask, ada: Contact) -> None:
    client = person(app, ada.tenant_id, "marketer")
    assert client.post_form(f"{page_of(ada)}/edit", {"name": "Ada L."}).status_code == 303
    client.post_form(f"{page_of(ada)}/edit", {"name": "Ada L.", "phone": "+4915123456780"})
    with transaction(tenant_scope(ada.tenant_id)) as session:
        contact = session.get_one(Contact, ada.id)
        assert (contact.name, contact.phone, contact.email) == ("Ada L.", "+4915123456780", EMAIL)


def test_who_sees_them_may_take_them_away(app: Flask, ada: Contact) -> None:
    client = person(app, ada.tenant_id)
    client.post_form(f"{page_of(ada)}/reveal", {"reason": "asked to be forgotten"})
    assert client.post_form(f"{page_of(ada)}/edit", {"name": "Ada", "phone": PHONE}).status_code == 303
    with transaction(tenant_scope(ada.tenant_id)) as session:
        assert session.get_one(Contact, ada.id).email is None


def test_conversations_shorten_them_too(app: Flask) -> None:
    talk = Talk.begin()
    talk.hear("Hello")
    client = person(app, talk.tenant_id, "agent")
    with transaction(tenant_scope(talk.tenant_id)) as session:
        [contact] = session.query(Contact)
        phone = contact.phone or ""
    shown = seen(client, f"/conversations/{talk.id}")
    assert (phone[-7:] in shown.replace(" ", "").replace("-", ""), "•••" in shown) == (False, True)
    assert f"/contacts/{contact.id}/reveal?back=/conversations/{talk.id}" in shown


def test_a_program_gets_them_whole_only_with_the_permission(app: Flask, ada: Contact) -> None:
    path = f"/api/v1/contacts/{ada.id}"
    short = api_client(app, ada.tenant_id, ["contacts.view"]).get(path).json
    whole = api_client(app, ada.tenant_id, ["contacts.view", "contacts.reveal"]).get(path).json
    assert (short["phone"], short["email"]) == (SHORT, SHORT_EMAIL)
    assert (whole["phone"], whole["email"]) == (PHONE, EMAIL)


def test_nobody_gets_an_unknown_contact(app: Flask, ada: Contact) -> None:
    assert person(app, ada.tenant_id).get(f"/contacts/{new_id()}/reveal", headers=PAGE).status_code == 404
