"""Resellers with a host, a brand and staff, for tests of pages."""

from uuid import UUID

from flask import Flask

from aerostic.db import new_id, transaction, utcnow
from aerostic.identity.people import create_user
from aerostic.tenancy.models import Host
from aerostic.testing.people import PASSWORD, Client, enter
from tests.support.factories import TESTS, make_reseller


def make_host(host: str, slug: str = "") -> UUID:
    """A reseller that is served at a host. Returns its id."""
    reseller = make_reseller(slug=slug or host, name=f"Reseller of {host}")
    with transaction(TESTS) as session:
        session.add(Host(name=host, reseller_id=reseller.id, verified_at=utcnow()))
    return reseller.id


def staff(app: Flask, reseller_id: UUID, host: str = "app.localhost") -> Client:
    """A client in which somebody of a reseller's staff is signed in."""
    with transaction(TESTS) as session:
        email = f"{new_id()}@staff.example"
        user = create_user(
            session, email=email, name="Staff", password=PASSWORD, staff="reseller", reseller_id=reseller_id
        )
    client = Client(app, app.response_class, use_cookies=True)
    client.host = host
    enter(client, user.id)
    return client
