"""What detectors are told of requests."""

from uuid import uuid4

from flask import Flask
from sqlalchemy import select

from aerostic.db import tenant_scope, transaction
from aerostic.identity.key_models import ApiKey
from aerostic.registry import runtime
from aerostic.streams.observed import pseudonym, where
from aerostic.streams.observed.kinds import OBSERVATIONS
from aerostic.testing.api import api_client
from aerostic.testing.people import Client, enter
from tests.support.factories import make_person, make_tenant
from tests.support.observed import observing

HERE = "127.0.0.1"
FIELDS = {kind.name: set(kind.data) for kind in OBSERVATIONS}


def test_a_page_that_a_person_asks_for(app: Flask) -> None:
    shop = make_tenant(plugins=())
    ann = make_person(shop.id)
    client = Client(app, app.response_class, use_cookies=True)
    enter(client, ann.id, shop.id)
    contact = uuid4()
    with observing() as observed:
        client.get(f"/contacts/{contact}", headers={"Accept": "text/html"})
        client.get("/static/none.css")
        client.get("/profile", headers={"Referer": "https://app.localhost/contacts"})
        told, other = [event for event in observed.all() if event.type == "page.asked"]
    place = where(HERE)
    assert (told.tenant_id, told.data) == (
        shop.id,
        {
            "address": place.address,
            "subnet": place.subnet,
            "country": "",
            "endpoint": told.data["endpoint"],
            "object": pseudonym("object", str(contact)),
            "status": 404,
            "referred": False,
            "user": str(ann.id),
        },
    )
    assert set(told.data) == FIELDS["page.asked"]
    assert (other.data["object"], other.data["status"], other.data["referred"]) == ("", 200, True)


def test_nobody_who_is_not_signed_in(app: Flask) -> None:
    client = Client(app, app.response_class, use_cookies=True)
    with observing() as observed:
        client.get("/sign-in")
        assert observed.of("page.asked") == []


def test_what_a_program_asks_the_api(app: Flask) -> None:
    tenant = make_tenant()
    api = api_client(app, tenant.id)
    with transaction(tenant_scope(tenant.id)) as session:
        key = session.scalars(select(ApiKey.id)).one()
    with observing() as observed:
        api.get("/api/v1/contacts")
        api.get(f"/api/v1/contacts/{uuid4()}")
        api.get("/api/v1/contacts", headers={"Authorization": "Bearer x"})
        # A partition keeps its order; who has no key is the platform's, and in another.
        told = sorted((event for event in observed.all() if event.type == "api.asked"), key=lambda event: event.id)
    assert [(event.tenant_id, event.data["key"], event.data["status"]) for event in told] == [
        (tenant.id, str(key), 200),
        (tenant.id, str(key), 404),
        (None, "", 401),
    ]
    assert {event.data["method"] for event in told} == {"GET"}
    assert [bool(event.data["object"]) for event in told] == [False, True, False]
    assert set(told[0].data) == FIELDS["api.asked"]


def test_the_country_is_what_a_proxy_of_ours_says(app: Flask) -> None:
    tenant = make_tenant()
    api = api_client(app, tenant.id)
    with observing() as observed:
        api.get("/api/v1/contacts", headers={"X-Country": "DE"})
        assert [told["country"] for told in observed.of("api.asked")] == [""]
        runtime().settings.country_header = "X-Country"
        try:
            api.get("/api/v1/contacts", headers={"X-Country": "DE"})
        finally:
            runtime().settings.country_header = ""
        assert [told["country"] for told in observed.of("api.asked")] == ["DE"]
