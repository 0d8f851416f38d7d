"""Programs with API keys, for tests of the API."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from flask import Flask

from aerostic.db import new_id, tenant_scope, transaction
from aerostic.identity.keys import create_key
from aerostic.identity.permissions import permissions_of
from aerostic.tenancy.plugins import view_for
from aerostic.testing.people import Client


class ApiClient(Client):
    """Asks the API with a key."""

    host = "api.localhost"
    key = ""

    def open(self, *arguments: Any, **named: Any) -> Any:
        """Send a request; `headers` are added to the key's."""
        named["headers"] = {"Authorization": f"Bearer {self.key}", **(named.get("headers") or {})}
        return super().open(*arguments, **named)


def api_client(app: Flask, tenant_id: UUID, permissions: Collection[str] | None = None) -> ApiClient:
    """A program that has a new key of a tenant, with these permissions; None for all that an owner has."""
    with transaction(tenant_scope(tenant_id)) as session:
        granted = permissions_of("owner", view_for(session, tenant_id))
        new = create_key(
            session,
            tenant_id,
            name="Kit",
            permissions=granted if permissions is None else permissions,
            granted=granted,
            created_by=new_id(),
        )
    client = ApiClient(app, app.response_class, use_cookies=False)
    client.key = new.text
    return client
