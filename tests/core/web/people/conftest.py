"""Ann, who owns a workspace, and a browser in which she is signed in."""

import pytest
from flask import Flask

from aerostic.identity.models import User
from aerostic.tenancy.models import Tenant
from aerostic.testing.people import Client, enter
from tests.support.factories import make_person, make_tenant


@pytest.fixture
def shop(app: Flask) -> Tenant:
    return make_tenant(plugins=())


@pytest.fixture
def ann(shop: Tenant) -> User:
    return make_person(shop.id)


@pytest.fixture
def own(app: Flask, ann: User, shop: Tenant) -> Client:
    """A browser in which Ann is signed in with her password."""
    client = Client(app, app.response_class, use_cookies=True)
    enter(client, ann.id, shop.id)
    return client
