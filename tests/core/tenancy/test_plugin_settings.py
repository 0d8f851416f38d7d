"""A tenant's settings of a plugin: checked, secrets sealed and kept, unknown keys refused."""

from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from aerostic.db import tenant_scope, transaction
from aerostic.registry import Plugin, runtime
from aerostic.tenancy.plugins import UnknownPluginError, load_settings, save_settings
from tests.support.factories import make_tenant

SECRET = "s3cret-value"


class Options(BaseModel):
    """Settings of a plugin."""

    model_config = ConfigDict(extra="forbid")

    points: int = Field(1, ge=1, description="Points a message.")
    token: SecretStr | None = Field(None, description="Of the till.")


@pytest.fixture
def tenant(app: Flask, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """A tenant on an installation with the plugin `acme`."""
    acme = Plugin(name="acme", title="Acme", version="1", description="D.", author="A", settings=Options)
    monkeypatch.setitem(runtime().registry.plugins, "acme", acme)
    return make_tenant(plugins=()).id


def save(tenant: UUID, **values: Any) -> None:
    with transaction(tenant_scope(tenant)) as session:
        save_settings(session, tenant, "acme", values)


def load(tenant: UUID) -> BaseModel:
    with transaction(tenant_scope(tenant)) as session:
        return load_settings(session, tenant, "acme")


def stored(admin: "psycopg.Connection[Any]", tenant: UUID) -> tuple[Any, Any]:
    query = "SELECT settings, secrets_sealed FROM tenant_plugin WHERE tenant_id = %s"
    row: tuple[Any, Any] = admin.execute(query, (tenant,)).fetchone()  # type: ignore[assignment]
    return row


def test_without_a_choice_the_defaults_hold(tenant: UUID) -> None:
    assert load(tenant) == Options()


def test_settings_come_back_as_they_were_saved(tenant: UUID) -> None:
    save(tenant, points=7, token=SECRET)
    assert load(tenant) == Options(points=7, token=SecretStr(SECRET))


def test_a_secret_is_sealed_and_never_stands_among_the_settings(tenant: UUID, admin: Any) -> None:
    save(tenant, points=7, token=SECRET)
    settings, sealed = stored(admin, tenant)
    assert settings == {"points": 7}
    assert sealed
    assert SECRET.encode() not in sealed


def test_a_secret_may_be_given_as_a_secret(tenant: UUID) -> None:
    save(tenant, token=SecretStr(SECRET))
    assert load(tenant) == Options(token=SecretStr(SECRET))


def test_a_secret_that_is_left_out_keeps_its_value(tenant: UUID) -> None:
    save(tenant, token=SECRET)
    save(tenant, points=2)
    assert load(tenant) == Options(points=2, token=SecretStr(SECRET))


def test_a_secret_can_be_taken_away(tenant: UUID, admin: Any) -> None:
    save(tenant, token=SECRET)
    save(tenant, token=None)
    assert stored(admin, tenant) == ({"points": 1}, None)


def test_unknown_keys_and_wrong_values_are_errors_and_change_nothing(tenant: UUID) -> None:
    save(tenant, points=3)
    with pytest.raises(ValidationError, match="colour"):
        save(tenant, points=4, colour="red")
    with pytest.raises(ValidationError, match="greater than or equal to 1"):
        save(tenant, points=0)
    assert load(tenant) == Options(points=3)


def test_a_plugin_without_settings_takes_none(tenant: UUID) -> None:
    with transaction(tenant_scope(tenant)) as session, pytest.raises(UnknownPluginError, match="campaigns"):
        save_settings(session, tenant, "campaigns", {})


def test_a_tenant_never_sees_anothers_settings(tenant: UUID) -> None:
    save(tenant, points=9)
    assert load(make_tenant(plugins=()).id) == Options()
