"""A person's rights over the API."""

from sqlalchemy import select

from aerostic.db import tenant_scope, transaction
from aerostic.jobs.models import Work
from aerostic.messaging.work import run_work
from aerostic.testing.api import api_client
from tests.core.messaging.rights.person import OFFER, PHONE, left_of, make_person
from tests.support.factories import make_contact, make_tenant

CONTACTS = "/api/v1/contacts"


def test_everything_that_is_kept_of_a_contact(app):
    ada = make_person(app)
    answer = api_client(app, ada.shop.tenant_id).get(f"{CONTACTS}/{ada.contact_id}/export")
    assert (answer.status_code, answer.json["contact"]["phone"]) == (200, PHONE)
    assert OFFER in [message["text"] for message in answer.json["messages"]]


def test_a_contact_is_erased(app):
    ada = make_person(app)
    api, path = api_client(app, ada.shop.tenant_id), f"{CONTACTS}/{ada.contact_id}"
    assert api.delete(path, json={"reason": "asked for it"}).status_code == 204
    with transaction(tenant_scope(ada.shop.tenant_id)) as session:
        work = session.scalars(select(Work)).one()
    run_work(str(work.id), str(work.tenant_id))
    assert (api.get(path).status_code, api.delete(path, json={"reason": "again"}).status_code) == (404, 404)
    assert left_of(ada) == []


def test_a_reason_is_needed(api, tenant):
    path = f"{CONTACTS}/{make_contact(tenant.id).id}"
    assert [api.delete(path, json=given).status_code for given in ({}, {"reason": ""})] == [422, 422]
    assert api.get(path).status_code == 200


def test_each_needs_its_permission(client_with, tenant):
    path = f"{CONTACTS}/{make_contact(tenant.id).id}"
    client = client_with("contacts.view", "contacts.edit")
    answers = [client.get(f"{path}/export"), client.delete(path, json={"reason": "asked for it"})]
    assert [answer.status_code for answer in answers] == [403, 403]


def test_contacts_of_another_workspace_are_not_there(api):
    path = f"{CONTACTS}/{make_contact(make_tenant().id).id}"
    answers = [api.get(f"{path}/export"), api.delete(path, json={"reason": "asked for it"})]
    assert [answer.status_code for answer in answers] == [404, 404]
