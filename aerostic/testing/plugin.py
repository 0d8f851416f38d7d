"""The pytest plugin of the kit. It is active wherever Aerostic is installed, and does nothing until a fixture is asked for.

    def test_points_are_shown(with_plugins, aerostic_client):
        tenant = with_plugins("loyalty")
        assert "0 points" in aerostic_client(tenant).get("/p/loyalty/").text

With AEROSTIC_TEST_DATABASE_URL, AEROSTIC_TEST_DATABASE_OWNER_URL and AEROSTIC_TEST_REDIS_URL the tests run on those servers,
whose data they change; without, on private ones.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

# What a fixture needs is imported in it: this module is loaded with every pytest on the machine.
if TYPE_CHECKING:
    from flask import Flask

    from aerostic.registry import Registry
    from aerostic.settings import Settings
    from aerostic.testing.flows import Ran
    from aerostic.testing.people import Client

pytest.register_assert_rewrite("aerostic.testing.contract")


@lru_cache(maxsize=1)
def installed() -> "Registry":
    """The plugins of this environment; those that cannot be loaded are in its quarantine."""
    from aerostic.registry import load_registry
    from aerostic.settings import get_settings

    return load_registry(get_settings().model_copy(update={"plugin_errors": "quarantine"}))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `installed_plugin` runs once for each installed plugin."""
    if "installed_plugin" in metafunc.fixturenames:
        metafunc.parametrize("installed_plugin", list(installed().plugins))


@pytest.fixture(scope="session")
def aerostic_settings() -> Iterator["Settings"]:
    """Settings on servers that the tests may write to."""
    from aerostic.testing.servers import kit_settings

    with kit_settings() as settings:
        yield settings


@pytest.fixture(scope="session")
def aerostic_database(aerostic_settings: "Settings") -> None:
    """The tables of the core and of every installed plugin."""
    from aerostic.testing.servers import migrate

    migrate(aerostic_settings)


@pytest.fixture(scope="session")
def _aerostic_application(aerostic_settings: "Settings", aerostic_database: None) -> Iterator["Flask"]:
    from aerostic.app import create_app
    from aerostic.db import db

    application = create_app(aerostic_settings)
    yield application
    with application.app_context():
        db.engine.dispose()
    application.extensions["aerostic"].redis.close()


@pytest.fixture
def aerostic_app(_aerostic_application: "Flask") -> Iterator["Flask"]:
    """The application with every installed plugin, its context pushed, as a role that row-level security binds."""
    with _aerostic_application.app_context():
        yield _aerostic_application


@pytest.fixture
def aerostic_tenant(aerostic_app: "Flask") -> UUID:
    """The id of a new tenant that has switched on nothing."""
    from aerostic.testing.people import new_tenant

    return new_tenant()


@pytest.fixture
def with_plugins(aerostic_app: "Flask") -> Callable[..., UUID]:
    """`with_plugins("loyalty", ...)` gives the id of a new tenant that has these plugins on."""
    from aerostic.testing.people import new_tenant

    return lambda *names: new_tenant(names)


@pytest.fixture
def aerostic_client(aerostic_app: "Flask") -> Callable[..., "Client"]:
    """`aerostic_client(tenant, role="owner", host="app.localhost")`: a test client in which a person of it is signed in.

    At `api.localhost` it is a program with an API key that has all permissions.
    """
    from aerostic.testing.api import ApiClient, api_client
    from aerostic.testing.people import sign_in

    def client(tenant: UUID, role: str = "owner", host: str = "app.localhost") -> "Client":
        return api_client(aerostic_app, tenant) if host == ApiClient.host else sign_in(aerostic_app, tenant, role, host)

    return client


@pytest.fixture
def run_flow(aerostic_app: "Flask") -> Callable[..., "Ran"]:
    """`run_flow(tenant, {"id": "give", "kind": "loyalty.give", "config": {...}}, contact_id=...)`: runs steps one after the other
    in a flow of their own, and says how that went; see `aerostic.testing.flows`.
    """
    from aerostic.testing import flows

    def run(
        tenant: UUID, *steps: Mapping[str, Any], contact_id: UUID | None = None, text: str = "", **values: Any
    ) -> "Ran":
        return flows.run_flow(tenant, *steps, contact_id=contact_id, text=text, values=values)

    return run
