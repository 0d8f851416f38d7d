"""Tenants and signed-in people for tests of plugins."""

from typing import Any
from uuid import UUID

from flask import Flask, g
from flask.testing import FlaskClient

from aerostic.db import new_id, platform_scope, transaction
from aerostic.identity.people import create_user
from aerostic.tenancy.models import Member, Tenant
from aerostic.tenancy.plugins import enable_plugin

KIT = platform_scope("tests of plugins")
PASSWORD = "a password of tests"


class Client(FlaskClient):
    """Asks one host; each request has a `g` of its own, which an open context would let them share."""

    host = "app.localhost"

    def open(self, *arguments: Any, **named: Any) -> Any:
        """Send a request."""
        vars(g).clear()
        named.setdefault("base_url", f"https://{self.host}")
        return super().open(*arguments, **named)


def new_tenant(plugins: tuple[str, ...] = ()) -> UUID:
    """A tenant with these plugins switched on, as a person would: their hook `plugin_enabled` is called."""
    with transaction(KIT) as session:
        tenant = Tenant(name="Shop", slug=f"shop-{new_id()}", country="US")
        session.add(tenant)
        session.flush()
        for name in plugins:
            enable_plugin(session, tenant.id, name)
    return tenant.id


def sign_in(app: Flask, tenant_id: UUID, role: str, host: str) -> Client:
    """A client in which a new person is signed in at a host, with this role in the tenant."""
    email = f"{new_id()}@kit.example"
    with transaction(KIT) as session:
        user = create_user(session, email=email, name="Kit", password=PASSWORD)
        session.add(Member(tenant_id=tenant_id, user_id=user.id, role=role))
    client = Client(app, app.response_class, use_cookies=True)
    client.host = host
    answer = client.post("/session", json={"email": email, "password": PASSWORD})
    if answer.status_code != 200:
        raise RuntimeError(f"signing in for a test was answered with {answer.status}")
    return client
