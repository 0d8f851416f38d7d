"""Clients of those who belong to neither tenant."""

from flask import Flask

from aerostic.db import new_id, transaction
from aerostic.identity.people import create_user
from aerostic.testing.people import PASSWORD, Client, enter
from tests.support.factories import TESTS


def nobody(app: Flask, host: str = "app.localhost") -> Client:
    """Somebody who has not signed in."""
    client = Client(app, app.response_class, use_cookies=True)
    client.host = host
    return client


def platform_staff(app: Flask) -> Client:
    """Somebody of the platform's people, at its console."""
    with transaction(TESTS) as session:
        email = f"{new_id()}@platform.example"
        user = create_user(session, email=email, name="Root", password=PASSWORD, staff="platform")
    client = nobody(app, "admin.localhost")
    enter(client, user.id)
    return client
