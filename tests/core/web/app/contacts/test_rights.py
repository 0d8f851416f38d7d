"""A person's rights on the contact's page: everything as a file, and being erased."""

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.models import Contact
from aerostic.messaging.rights import taking
from tests.core.messaging.rights.person import ANSWER, EMAIL, NAME, OFFER, PHONE, QUESTION, USER, WAMIDS, make_person
from tests.core.web.app.contacts.pages import person
from tests.support.factories import make_contact, make_tenant

ACTS = text("""
    SELECT body::jsonb ->> 'action' AS action, body::jsonb ->> 'target' AS target
    FROM audit_entry WHERE tenant_id = :tenant ORDER BY seq
""")


def acts(tenant_id: UUID) -> list[tuple[str, str]]:
    with transaction(tenant_scope(tenant_id)) as session:
        return [(row.action, row.target) for row in session.execute(ACTS, {"tenant": tenant_id})]


def is_there(tenant_id: UUID, contact_id: UUID) -> bool:
    with transaction(tenant_scope(tenant_id)) as session:
        return session.get(Contact, contact_id) is not None


def test_the_file_holds_everything(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "CHUNK", 2)
    ada = make_person(app, stops=True)
    answer = person(app, ada.shop.tenant_id).post_form(f"/contacts/{ada.contact_id}/data")
    held: dict[str, Any] = answer.json
    assert (
        answer.headers["Content-Disposition"].startswith("attachment") and "no-store" in answer.headers["Cache-Control"]
    )
    assert (held["contact"]["phone"], held["contact"]["email"], held["contact"]["name"]) == (PHONE, EMAIL, NAME)
    assert [one["value"] for one in held["identifiers"]] == [USER]
    assert [tag["name"] for tag in held["tags"]] == ["mathematics"]
    assert [(one["state"], one["source"]) for one in held["consents"]] == [("withdrawn", "stop_word")]
    assert [one["category"] for one in held["suppressions"]] == ["marketing"]
    assert [(one["name"], one["line"]) for one in held["imports"]] == [("fair.csv", 2)]
    assert len(held["conversations"]) == 1
    texts = [one["text"] for one in held["messages"]]
    assert sorted(texts) == sorted([QUESTION, "STOP", OFFER, OFFER, ANSWER])
    assert {one["provider_id"] for one in held["messages"]} >= set(WAMIDS[:2])
    paid = [one["charge"] for one in held["messages"] if one["charge"]]
    assert [charge["micro_credits"] for charge in paid] == [37, 37]
    assert held["plugins"]["campaigns.without_message"][0]["campaign"] == "Autumn"
    assert held["plugins"]["campaigns.answered"][0]["campaign"] == "Spring"


def test_taking_it_along_is_audited(app: Flask) -> None:
    tenant = make_tenant()
    contact = make_contact(tenant.id)
    assert person(app, tenant.id).post_form(f"/contacts/{contact.id}/data").json["messages"] == []
    assert acts(tenant.id) == [("contact.data_taken", f"contact:{contact.id}")]


@pytest.mark.parametrize("role", ["viewer", "agent", "marketer"])
def test_only_owners_and_admins_may(app: Flask, role: str) -> None:
    tenant = make_tenant()
    contact = make_contact(tenant.id)
    client, path = person(app, tenant.id, role), f"/contacts/{contact.id}"
    answers = [client.post_form(f"{path}/data"), client.get(f"{path}/erase"), client.post_form(f"{path}/erase", {})]
    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert 'id="rights"' not in client.get(path).text


def test_a_contact_of_another_workspace_is_not_there(app: Flask) -> None:
    client, theirs = person(app, make_tenant().id), make_contact(make_tenant().id)
    path, sent = f"/contacts/{theirs.id}", {"reason": "by letter", "confirmed": "Ada"}
    answers = [client.post_form(f"{path}/data"), client.get(f"{path}/erase"), client.post_form(f"{path}/erase", sent)]
    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_the_page_says_what_goes_and_what_stays(app: Flask) -> None:
    ada = make_person(app, stops=True)
    client = person(app, ada.shop.tenant_id)
    assert f'href="/contacts/{ada.contact_id}/erase"' in client.get(f"/contacts/{ada.contact_id}").text
    page = client.get(f"/contacts/{ada.contact_id}/erase").text
    said = (
        "One conversation.",
        "What 5 messages say.",
        "One planned message is not sent",
        "wants no messages, as a digest",
    )
    assert [words in page for words in said] == [True] * 4


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"reason": "by letter", "confirmed": ""}, "confirmed"),
        ({"reason": "by letter", "confirmed": "0000"}, "confirmed"),
        ({"reason": "", "confirmed": "Ada"}, "reason"),
        ({"reason": "x" * 301, "confirmed": "Ada"}, "reason"),
    ],
)
def test_without_a_reason_or_a_confirmation_nobody_is_erased(app: Flask, sent: dict[str, str], field: str) -> None:
    tenant = make_tenant()
    contact = make_contact(tenant.id)
    answer = person(app, tenant.id).post_form(f"/contacts/{contact.id}/erase", sent)
    assert (answer.status_code, f'href="#f-{field}"' in answer.text) == (422, True)
    assert (is_there(tenant.id, contact.id), acts(tenant.id)) == (True, [])


@pytest.mark.parametrize("typed", ["4567", " ada  LOVELACE "])
def test_the_last_digits_or_the_name_confirm_it(app: Flask, typed: str) -> None:
    tenant = make_tenant()
    contact = make_contact(tenant.id, "+16505554567", name="Ada Lovelace")
    client = person(app, tenant.id)
    answer = client.post_form(f"/contacts/{contact.id}/erase", {"reason": "by letter", "confirmed": typed})
    assert (answer.status_code, answer.location, is_there(tenant.id, contact.id)) == (303, "/contacts", False)
    assert acts(tenant.id) == [("contact.erased", f"contact:{contact.id}")]
    assert client.get(f"/contacts/{contact.id}").status_code == 404
    again = client.post_form(f"/contacts/{contact.id}/erase", {"reason": "by letter", "confirmed": typed})
    assert again.status_code == 404
