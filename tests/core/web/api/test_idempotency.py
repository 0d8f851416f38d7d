"""A POST with an Idempotency-Key is done once, however often, and by however many, it is sent."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask

from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.messaging.models import Contact
from aerostic.testing.api import ApiClient, api_client
from aerostic.web.api.idempotency import forget
from aerostic.web.api.models import ApiRequest
from aerostic.web.api.problems import ApiError, problem
from aerostic.web.api.resources import contacts
from tests.support.factories import make_contact

CONTACTS = "/api/v1/contacts"
ADA = {"phone": "+4915112345678", "name": "Ada"}


def make(client: ApiClient, name: str = "n-1", data: dict[str, Any] = ADA) -> Any:
    """Make a contact with this Idempotency-Key."""
    return client.post(CONTACTS, json=data, headers={"Idempotency-Key": name})


def requests(tenant_id) -> list[ApiRequest]:
    with transaction(tenant_scope(tenant_id)) as session:
        return session.query(ApiRequest).all()


def error(answer) -> tuple[int, str]:
    return answer.status_code, answer.json["error"]["code"]


def test_the_same_request_is_answered_as_the_first_time(api):
    first, again = make(api), make(api)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json
    assert ("Idempotency-Replayed" in first.headers, again.headers["Idempotency-Replayed"]) == (False, "true")


@pytest.mark.parametrize("data", [{**ADA, "name": "Bob"}, {}])
def test_the_same_name_for_another_request_is_refused(api, data):
    make(api)
    assert error(make(api, data=data)) == (422, "idempotency_key_reused")


def test_the_same_name_at_another_path_is_refused(api, tenant):
    made = make(api).json["id"]
    again = api.post(f"{CONTACTS}/{made}/tags", json=ADA, headers={"Idempotency-Key": "n-1"})
    assert error(again) == (422, "idempotency_key_reused")


def test_without_a_name_each_request_stands_alone(api):
    assert [api.post(CONTACTS, json={"name": "Ada"}).status_code for _ in range(2)] == [201, 201]
    assert len(api.get(CONTACTS).json["data"]) == 2


def test_names_of_two_keys_are_two_names(app, api, tenant):
    make(api)
    other = api_client(app, tenant.id)
    assert make(other, data={"name": "Bob"}).json["name"] == "Bob"


@pytest.mark.parametrize("name", ["", "with a space", "ä", "x" * 201])
def test_a_name_that_is_none_is_refused(api, name):
    assert error(make(api, name)) == (422, "idempotency_key")


def test_what_was_refused_may_be_mended_and_sent_again(api):
    assert make(api, data={**ADA, "phone": "12"}).status_code == 422
    assert make(api).status_code == 201


def test_a_refusal_that_a_view_answers_with_is_not_remembered_either(api, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(contacts, "_saved", lambda *_: problem(ApiError(409, "busy")))
        assert error(make(api)) == (409, "busy")
    assert make(api).status_code == 201


def test_what_is_remembered_is_sealed(api, tenant, admin: "psycopg.Connection[Any]"):
    make(api)
    ((status, sealed),) = admin.execute("SELECT status, body_sealed FROM api_request").fetchall()
    assert status == 201
    assert b"15112345678" not in sealed
    assert requests(tenant.id)[0].body["phone"] == ADA["phone"]


def test_after_a_day_a_name_is_free_again(api, tenant):
    first = make(api, data={"name": "Ada"})
    with transaction(tenant_scope(tenant.id)) as session:
        session.query(ApiRequest).update({"created_at": utcnow() - timedelta(hours=24)})
    second = make(api, data={"name": "Bob"})
    assert first.json["id"] != second.json["id"]
    assert [row.body["name"] for row in requests(tenant.id)] == ["Bob"]


def test_what_is_old_is_forgotten(api, tenant):
    make(api)
    make(api, "n-2", {"name": "Bob"})
    with transaction(tenant_scope(tenant.id)) as session:
        session.query(ApiRequest).filter_by(name="n-1").update({"created_at": utcnow() - timedelta(hours=25)})
    forget()
    assert [row.name for row in requests(tenant.id)] == ["n-2"]


def test_while_it_is_being_done_the_second_is_told_to_wait(app: Flask, api, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()
    saved = contacts._saved

    def slowly(*arguments: Any) -> Any:
        begun.set()
        assert go_on.wait(20)
        return saved(*arguments)

    monkeypatch.setattr(contacts, "_saved", slowly)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(_in_context, app, lambda: make(api))
        assert begun.wait(20)
        second = make(api)
        go_on.set()
    assert error(second) == (409, "in_progress")
    assert second.headers["Retry-After"] == "1"
    assert make(api).json == first.result().json


def test_of_many_at_once_one_is_done(app: Flask, api, tenant):
    together = threading.Barrier(6)

    def send() -> Any:
        together.wait(20)
        return make(api, data={"name": "Ada"})

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: _in_context(app, send), range(6)))
    done = [answer for answer in answers if answer.status_code == 201]
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.json["id"] for answer in done}) == 1
    with transaction(tenant_scope(tenant.id)) as session:
        assert session.query(Contact).count() == 1


def test_one_that_failed_leaves_its_name_free(app: Flask, api, tenant, monkeypatch):
    contact = make_contact(tenant.id)

    def broken(*arguments: Any) -> Any:
        raise RuntimeError("broken")

    path, headers = f"{CONTACTS}/{contact.id}/tags", {"Idempotency-Key": "n-1"}
    with monkeypatch.context() as patch:
        patch.setattr(contacts.tags, "change", broken)
        assert error(api.post(path, json={"add": ["vip"]}, headers=headers)) == (500, "server_error")
    assert api.post(path, json={"add": ["vip"]}, headers=headers).json["tags"] == ["vip"]


def _in_context(app: Flask, act: Any) -> Any:
    with app.app_context():
        return act()
