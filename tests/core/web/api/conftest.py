"""Programs with keys."""

from collections.abc import Callable

import pytest
from flask import Flask

from aerostic.tenancy.models import Tenant
from aerostic.testing.api import ApiClient, api_client
from tests.support.factories import make_tenant


@pytest.fixture
def tenant(app: Flask) -> Tenant:
    return make_tenant()


@pytest.fixture
def api(app: Flask, tenant: Tenant) -> ApiClient:
    """A program of `tenant` that may do everything."""
    return api_client(app, tenant.id)


@pytest.fixture
def client_with(app: Flask, tenant: Tenant) -> Callable[..., ApiClient]:
    """`client_with("contacts.view", ...)`: a program of `tenant` that may do just that."""
    return lambda *permissions: api_client(app, tenant.id, permissions)
