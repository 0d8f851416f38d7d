"""Tenants and signed-in people for tests of plugins."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Flask, g
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from aerostic.db import new_id, platform_scope, transaction
from aerostic.identity.people import create_user
from aerostic.identity.sessions import open_session
from aerostic.tenancy.models import Member, Tenant
from aerostic.tenancy.plugins import enable_plugin
from aerostic.web.sessions import TENANT

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

    def post_form(self, path: str, data: Mapping[str, Any] | None = None, **named: Any) -> Any:
        """Post a form as a browser does: with the token that the person's pages have."""
        with self.session_transaction(base_url=f"https://{self.host}") as session:
            session.setdefault("csrf_token", "0" * 40)
            raw = session["csrf_token"]
        token = URLSafeTimedSerializer(str(self.application.secret_key), salt="wtf-csrf-token").dumps(raw)
        named.setdefault("headers", {"Accept": "text/html"})
        return self.post(path, data={"csrf_token": token, **(data or {})}, **named)


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
    enter(client, user.id, tenant_id)
    return client


def enter(client: Client, user_id: UUID, tenant_id: UUID | None = None, *, factor: str = "password") -> UUID:
    """Leave a client as signing in does, without the form, which has tests of its own. Answers the session's id."""
    with transaction(KIT) as database:
        row = open_session(database, user_id, factor=factor)
    with client.session_transaction(base_url=f"https://{client.host}") as session:
        session["_user_id"], session["_fresh"] = str(row.id), True
        if tenant_id:
            session[TENANT] = str(tenant_id)
    return row.id
