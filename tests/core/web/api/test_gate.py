"""Who gets into the API, where, how fast, and what the others are told."""

import pytest
from flask import Flask
from redis import Redis

from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.identity.key_models import ApiKey
from aerostic.registry import runtime
from aerostic.settings import Settings
from aerostic.tenancy.models import Tenant
from aerostic.testing.api import api_client
from aerostic.testing.people import Client, sign_in
from aerostic.web.api.pace import count
from tests.support.factories import TESTS, make_tenant

CONTACTS = "/api/v1/contacts"


@pytest.fixture
def nobody(app: Flask) -> Client:
    client = Client(app, app.response_class, use_cookies=True)
    client.host = "api.localhost"
    return client


def error(answer) -> tuple[int, str]:
    return answer.status_code, answer.json["error"]["code"]


def test_without_a_key_nobody_gets_in(nobody):
    answer = nobody.get(CONTACTS)
    assert error(answer) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json["error"]["message"] == "Send an API key: Authorization: Bearer ak_..."


@pytest.mark.parametrize("value", ["Bearer", "Bearer x", "Basic ak_0_0", f"Bearer ak_{'0' * 12}_{'A' * 43}"])
def test_with_no_right_key_neither(nobody, value):
    assert error(nobody.get(CONTACTS, headers={"Authorization": value})) == (401, "unauthorized")


def test_a_cookie_speaks_for_nobody(app, tenant):
    person = sign_in(app, tenant.id, "owner", "api.localhost")
    assert error(person.get(CONTACTS)) == (401, "unauthorized")


def test_a_cookie_beside_a_key_changes_nothing(app, api, tenant):
    other = make_tenant()
    person = sign_in(app, other.id, "owner", "api.localhost")
    answer = person.get("/api/v1/wallet", headers={"Authorization": f"Bearer {api.key}"})
    assert answer.json["currency"] == tenant.currency
    person.post(CONTACTS, headers={"Authorization": f"Bearer {api.key}"}, json={"phone": "+4915112345678"})
    assert len(api.get(CONTACTS).json["data"]) == 1


def test_the_api_is_on_its_own_hosts_only(app, api, tenant):
    person = sign_in(app, tenant.id, "owner", "app.localhost")
    assert person.get(CONTACTS).status_code == 404
    assert api.get(CONTACTS, base_url="https://app.localhost").status_code == 404


@pytest.mark.parametrize(
    "path", ["/", "/contacts", "/sign-in", "/api", "/api/v2/contacts", "/p/campaigns/", "/static/x"]
)
def test_its_hosts_have_nothing_else(api, nobody, path):
    assert error(api.get(path)) == (404, "not_found")
    assert nobody.get(path).status_code == 404


def test_health_is_told_there_too(nobody):
    assert nobody.get("/healthz").status_code == 200


@pytest.mark.parametrize(("path", "status"), [("/api/v1/nothing", 404), (f"{CONTACTS}/1", 404)])
def test_what_is_not_there_is_told_in_one_shape(api, path, status):
    assert api.get(path).json == {
        "error": {"code": "not_found", "message": "There is nothing here. Check the path and the ids in it."}
    }


def test_a_method_that_is_not_taken_is_told(api):
    assert error(api.delete(CONTACTS)) == (405, "method_not_allowed")


def test_a_key_without_the_permission_is_told_which(client_with):
    answer = client_with("contacts.view").post(CONTACTS, json={"phone": "nonsense"})
    assert answer.json["error"] == {
        "code": "missing_permission",
        "message": "This API key lacks the permission contacts.edit. Make one that has it.",
    }
    assert answer.status_code == 403


def test_a_revoked_key_and_an_expired_one_say_so(api, tenant):
    with transaction(tenant_scope(tenant.id)) as session:
        session.query(ApiKey).update({"expires_at": utcnow()})
    assert api.get(CONTACTS).json["error"]["message"].startswith("This API key has expired.")
    with transaction(tenant_scope(tenant.id)) as session:
        session.query(ApiKey).update({"revoked_at": utcnow()})
    assert api.get(CONTACTS).json["error"]["message"] == "This API key was revoked. Use another one."


def test_a_suspended_workspace_is_closed(api, tenant):
    with transaction(TESTS) as session:
        session.get_one(Tenant, tenant.id).status = "suspended"
    assert error(api.get(CONTACTS)) == (403, "suspended")


@pytest.mark.parametrize("path", ["", "/", "/nothing", "/01890a5d-ac96-774b-bcce-b302099a8057"])
def test_a_plugin_that_is_off_is_not_there(app, path):
    off = api_client(app, make_tenant(plugins=()).id)
    assert error(off.get(f"/api/v1/campaigns{path}")) == (404, "not_found")


def test_a_body_that_is_no_json_is_refused(api):
    assert error(api.post(CONTACTS, data=b"{")) == (400, "bad_request")
    assert error(api.post(CONTACTS, data=b"[" * 100_000)) == (400, "bad_request")


def test_a_body_that_is_too_large_is_refused(api):
    assert error(api.post(CONTACTS, data=b" " * (1024 * 1024 + 1))) == (413, "too_large")


def test_fields_that_are_wrong_are_named(api):
    answer = api.post(CONTACTS, json={"name": 5, "colour": "red", "fields": {"a": "\0"}})
    assert error(answer) == (422, "invalid")
    assert answer.json["error"]["fields"] == {"": "Texts cannot hold the character U+0000. Leave it out."}
    answer = api.post(CONTACTS, json={"name": 5, "colour": "red"})
    assert answer.json["error"]["fields"] == {
        "name": "Input should be a valid string",
        "colour": "Extra inputs are not permitted",
    }


def test_answers_are_not_kept_by_anybody_between(api):
    assert api.get(CONTACTS).headers["Cache-Control"] == "no-store"


def test_a_key_that_asks_too_fast_is_told_when_to_go_on(api, monkeypatch):
    monkeypatch.setattr(runtime().settings, "api_per_minute", 2)
    answers = [api.get(CONTACTS) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert error(answers[2]) == (429, "too_many_requests")
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 30


def test_every_answer_says_how_many_more_there_may_be(api, monkeypatch):
    monkeypatch.setattr(runtime().settings, "api_per_minute", 3)
    answers = [api.get(CONTACTS) for _ in range(4)]
    told = [[answer.headers[f"RateLimit-{name}"] for name in ("Limit", "Remaining")] for answer in answers]
    assert told == [["3", "2"], ["3", "1"], ["3", "0"], ["3", "0"]]
    assert 19 <= int(answers[0].headers["RateLimit-Reset"]) <= 20


def test_a_key_may_be_held_to_less(api, tenant):
    with transaction(tenant_scope(tenant.id)) as session:
        session.query(ApiKey).update({"per_minute": 1})
    assert [api.get(CONTACTS).status_code for _ in range(2)] == [200, 429]


def test_a_key_from_elsewhere_is_told_what_to_do_and_logged_without_the_address(api, tenant, capsys):
    with transaction(tenant_scope(tenant.id)) as session:
        session.query(ApiKey).update({"allowed": ["203.0.113.0/24"]})
    answer = api.get(CONTACTS, environ_base={"REMOTE_ADDR": "198.51.100.77"})
    assert error(answer) == (403, "address_not_allowed")
    assert "add yours to the key in the settings" in answer.json["error"]["message"]
    (line,) = [line for line in capsys.readouterr().out.splitlines() if "its address is not allowed" in line]
    assert "198.51.100.0/24" in line and "198.51.100.77" not in line and api.key not in line
    assert api.get(CONTACTS, environ_base={"REMOTE_ADDR": "203.0.113.5"}).status_code == 200


def test_where_a_key_comes_from_is_what_our_own_proxies_say(api, tenant):
    """Without a proxy of ours, whatever a program writes into the header counts for nothing."""
    with transaction(tenant_scope(tenant.id)) as session:
        session.query(ApiKey).update({"allowed": ["203.0.113.0/24"]})
    assert error(api.get(CONTACTS, headers={"X-Forwarded-For": "203.0.113.5"})) == (403, "address_not_allowed")


def test_each_key_has_a_pace_of_its_own(app, api, tenant, monkeypatch):
    monkeypatch.setattr(runtime().settings, "api_per_minute", 1)
    assert [api.get(CONTACTS).status_code for _ in range(2)] == [200, 429]
    assert api_client(app, tenant.id).get(CONTACTS).status_code == 200


def test_the_pace_is_even_after_a_minutes_worth(redis: Redis, settings: Settings):
    name = f"{settings.redis_prefix}:pace"
    assert [count(redis, name, 60).wait for _ in range(62)] == [0] * 60 + [1, 1]


def test_a_key_is_noted_as_used_once_a_minute(api, tenant):
    def used() -> object:
        with transaction(tenant_scope(tenant.id)) as session:
            return session.query(ApiKey.last_used_at).scalar()

    assert used() is None
    api.get(CONTACTS)
    first = used()
    api.get(CONTACTS)
    assert first is not None and used() == first
