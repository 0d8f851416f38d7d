"""Contacts over the API."""

import pytest

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.contacts.tags import tag_named
from aerostic.messaging.models import Consent
from aerostic.testing.api import api_client
from tests.support.factories import make_contact, make_tenant

CONTACTS = "/api/v1/contacts"
NEW = {
    "phone": "+49 151 12345678",
    "name": " Ada ",
    "email": "Ada@Example.org",
    "fields": {"city": "Ulm"},
    "tags": ["vip"],
}


def test_a_contact_is_made_and_read(api):
    made = api.post(CONTACTS, json=NEW)
    assert made.status_code == 201
    shown = made.json
    assert {
        name: shown[name] for name in ("phone", "name", "email", "country", "fields", "tags", "marketing", "source")
    } == {
        "phone": "+4915112345678",
        "name": "Ada",
        "email": "Ada@example.org",
        "country": "DE",
        "fields": {"city": "Ulm"},
        "tags": ["vip"],
        "marketing": "unknown",
        "source": "api",
    }
    assert api.get(f"{CONTACTS}/{shown['id']}").json == shown


def test_a_phone_without_a_country_is_one_of_the_workspaces(app):
    client = api_client(app, make_tenant(country="DE").id)
    assert client.post(CONTACTS, json={"phone": "0151 12345678"}).json["phone"] == "+4915112345678"


def test_a_phone_has_one_contact(api):
    api.post(CONTACTS, json=NEW)
    answer = api.post(CONTACTS, json={"phone": "+4915112345678"})
    assert (answer.status_code, answer.json["error"]["code"]) == (409, "contact_exists")


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"phone": "12"}, "phone", "Digits are missing."),
        ({"email": "nobody"}, "email", "Write the address as"),
        ({"name": "x" * 257}, "name", "String should have at most 256 characters"),
        ({"fields": {"": "x"}}, "fields..[key]", "String should have at least 1 character"),
        ({"tags": ["x" * 65]}, "tags.0", "String should have at most 64 characters"),
    ],
)
def test_what_is_wrong_is_told_by_field(api, given, field, words):
    answer = api.post(CONTACTS, json=given)
    assert (answer.status_code, answer.json["error"]["code"]) == (422, "invalid")
    ((named, said),) = answer.json["error"]["fields"].items()
    assert named == field
    assert said.startswith(words)


def test_a_change_leaves_what_it_does_not_name(api, tenant):
    contact = make_contact(tenant.id, name="Ada", fields={"city": "Ulm", "size": "M"})
    changed = api.patch(f"{CONTACTS}/{contact.id}", json={"locale": "de", "fields": {"size": "", "pet": "cat"}}).json
    assert (changed["name"], changed["locale"], changed["phone"]) == ("Ada", "de", contact.phone)
    assert changed["fields"] == {"city": "Ulm", "pet": "cat"}


def test_tags_are_put_on_and_taken_off(api, tenant):
    contact = make_contact(tenant.id)
    path = f"{CONTACTS}/{contact.id}/tags"
    assert api.post(path, json={"add": ["vip", "new"]}).json["tags"] == ["new", "vip"]
    assert api.post(path, json={"add": ["vip"], "remove": ["new", "unknown"]}).json["tags"] == ["vip"]
    assert [tag["name"] for tag in api.get("/api/v1/tags").json["data"]] == ["new", "vip"]


def test_opting_out_and_in_again(api, tenant):
    contact = make_contact(tenant.id)
    path = f"{CONTACTS}/{contact.id}"
    assert api.post(f"{path}/opt-out", json={}).json["marketing"] == "withdrawn"
    assert api.post(f"{path}/opt-in", json={}).json["marketing"] == "granted"
    with transaction(tenant_scope(tenant.id)) as session:
        said = session.query(Consent.state, Consent.source).order_by(Consent.id).all()
    assert [tuple(entry) for entry in said] == [("withdrawn", "api"), ("granted", "api")]


def test_consent_of_the_past_does_not_take_back_what_was_said_since(api, tenant):
    contact = make_contact(tenant.id)
    path = f"{CONTACTS}/{contact.id}"
    api.post(f"{path}/opt-out", json={})
    assert api.post(f"{path}/opt-in", json={"at": "2020-01-01T00:00:00Z"}).json["marketing"] == "withdrawn"
    answer = api.post(f"{path}/opt-in", json={"at": "2999-01-01T00:00:00Z"})
    assert (answer.status_code, list(answer.json["error"]["fields"])) == (422, ["at"])


def test_a_list_is_read_page_by_page(api, tenant):
    made = [str(make_contact(tenant.id).id) for _ in range(5)]
    found, cursor = [], ""
    while cursor is not None:
        page = api.get(CONTACTS, query_string={"limit": 2, "cursor": cursor}).json
        assert len(page["data"]) <= 2
        found += [contact["id"] for contact in page["data"]]
        cursor = page["next_cursor"]
    assert found == made[::-1]


@pytest.mark.parametrize("limit", ["0", "101", "x"])
def test_a_page_has_one_to_a_hundred(api, limit):
    assert api.get(CONTACTS, query_string={"limit": limit}).json["error"]["fields"].keys() == {"limit"}


def test_a_cursor_is_good_for_its_own_list_only(api, tenant):
    api.post(f"{CONTACTS}/{make_contact(tenant.id).id}/tags", json={"add": ["vip", "new"]})
    tags = "/api/v1/tags"
    cursor = api.get(tags, query_string={"limit": 1}).json["next_cursor"]
    # Numbers are in the order of their ids too, so only the name of the list tells the two apart.
    for path, text in (("/api/v1/numbers", cursor), (CONTACTS, cursor), (tags, "nonsense"), (tags, cursor[:-1])):
        answer = api.get(path, query_string={"cursor": text})
        assert (answer.status_code, answer.json["error"]["fields"].keys()) == (422, {"cursor"})


def test_a_list_is_narrowed(api, tenant):
    ada = make_contact(tenant.id, "+4915112345678", name="Ada", country="DE")
    bob = make_contact(tenant.id, name="Bob", marketing="withdrawn")
    with transaction(tenant_scope(tenant.id)) as session:
        tag = tag_named(session, tenant.id, "vip").id
    api.post(f"{CONTACTS}/{bob.id}/tags", json={"add": ["vip"]})

    def names(**query: str) -> list[str]:
        return [contact["name"] for contact in api.get(CONTACTS, query_string=query).json["data"]]

    assert names() == ["Bob", "Ada"]
    assert names(q="+4915112345678") == names(q="ad") == names(country="de") == names(marketing="granted") == ["Ada"]
    assert names(tag=str(tag)) == names(created_from=bob.created_at.isoformat()) == ["Bob"]
    assert names(created_to=ada.created_at.isoformat()) == []


@pytest.mark.parametrize("query", [{"country": "DEU"}, {"marketing": "maybe"}, {"unknown": "x"}, {"q": "\0"}])
def test_a_filter_that_makes_no_sense_is_refused(api, query):
    assert api.get(CONTACTS, query_string=query).status_code == 422


@pytest.mark.parametrize("act", ["", "/tags", "/opt-in", "/opt-out"])
def test_another_workspaces_contact_is_not_there(app, tenant, act):
    contact = make_contact(tenant.id)
    other = api_client(app, make_tenant().id)
    assert other.get(CONTACTS).json["data"] == []
    method = other.post if act else other.patch
    assert method(f"{CONTACTS}/{contact.id}{act}", json={}).status_code == 404
    assert other.get(f"{CONTACTS}/{contact.id}").status_code == 404
