"""The pages of plugins: switching on and off, health, and settings whose secrets are never shown again."""

from typing import Literal

import psycopg
import pytest
from flask import Flask
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from aerostic.db import tenant_scope, transaction
from aerostic.registry import Plugin, runtime
from aerostic.registry.failures import note_failure, recent_failures
from aerostic.registry.loader import Quarantined
from aerostic.tenancy.plugins import enabled_plugins, load_settings
from aerostic.testing.people import Client, sign_in
from tests.support.factories import make_tenant

PAGE = {"Accept": "text/html"}
HOST = "app.localhost"
SECRET = "s3cret-value"


class Options(BaseModel):
    """Settings of a plugin."""

    model_config = ConfigDict(extra="forbid")

    points: int = Field(1, ge=1, le=100, description="Points a message.")
    mood: Literal["calm", "loud"] = "calm"
    weekends: bool = False
    days: list[Literal["mon", "tue"]] = Field(default_factory=list)
    token: SecretStr | None = Field(None, description="Of the till.")


class Strict(BaseModel):
    """Settings that cannot do without a secret."""

    model_config = ConfigDict(extra="forbid")

    token: SecretStr


@pytest.fixture
def tenant(app: Flask, monkeypatch: pytest.MonkeyPatch):
    """A tenant on an installation with the plugins `acme` and `strict`."""
    for name, model in (("acme", Options), ("strict", Strict)):
        plugin = Plugin(name=name, title=name.title(), version="1.2", description="D.", author="A", settings=model)
        monkeypatch.setitem(runtime().registry.plugins, name, plugin)
    return make_tenant(plugins=())


@pytest.fixture
def owner(app: Flask, tenant) -> Client:
    return sign_in(app, tenant.id, "owner", HOST)


def settings(tenant, name: str = "acme") -> BaseModel:
    with transaction(tenant_scope(tenant.id)) as session:
        return load_settings(session, tenant.id, name)


def enabled(tenant) -> frozenset[str]:
    with transaction(tenant_scope(tenant.id)) as session:
        return enabled_plugins(session, tenant.id)


def test_a_plugin_is_switched_on_and_off(owner, tenant):
    assert owner.post_form("/plugins/campaigns/on").location == "/plugins/campaigns"
    assert "campaigns" in enabled(tenant)
    assert 'href="/p/campaigns/"' in owner.get("/plugins", headers=PAGE).text
    owner.post_form("/plugins/campaigns/off")
    assert "campaigns" not in enabled(tenant)
    assert 'href="/p/campaigns/"' not in owner.get("/plugins", headers=PAGE).text


def test_what_is_always_on_stays_on(owner):
    assert "/plugins/whatsapp/off" not in owner.get("/plugins/whatsapp", headers=PAGE).text
    owner.post_form("/plugins/whatsapp/off")
    assert "cannot be switched off" in owner.get("/plugins", headers=PAGE).text


def test_settings_are_saved_and_secrets_never_shown(owner, tenant):
    sent = {"points": "7", "mood": "loud", "weekends": "1", "days": ["mon", "tue"], "token": SECRET}
    assert owner.post_form("/plugins/acme", sent).location == "/plugins/acme"
    saved = settings(tenant)
    assert (saved.points, saved.mood, saved.weekends, saved.days) == (7, "loud", True, ["mon", "tue"])
    assert saved.token.get_secret_value() == SECRET
    page = owner.get("/plugins/acme", headers=PAGE).text
    assert 'value="7"' in page and "One is stored" in page and SECRET not in page


def test_a_secret_that_is_left_empty_is_kept_until_it_is_forgotten(owner, tenant):
    owner.post_form("/plugins/acme", {"points": "7", "token": SECRET})
    owner.post_form("/plugins/acme", {"points": "8"})
    assert settings(tenant).token.get_secret_value() == SECRET
    owner.post_form("/plugins/acme", {"points": "8", "forget": "token"})
    assert settings(tenant).token is None


def test_what_is_wrong_is_told_at_its_field_and_nothing_is_saved(owner, tenant):
    answer = owner.post_form("/plugins/acme", {"points": "101", "mood": "loud", "token": SECRET})
    assert answer.status_code == 422
    assert "Enter 100 or less." in answer.text and 'value="101"' in answer.text and SECRET not in answer.text
    assert settings(tenant).points == 1


def test_a_secret_that_is_needed_is_asked_for_once(owner, tenant):
    answer = owner.post_form("/plugins/strict", {})
    assert answer.status_code == 422 and "This is needed." in answer.text
    assert owner.post_form("/plugins/strict", {"token": SECRET}).status_code == 303
    assert owner.post_form("/plugins/strict", {}).status_code == 303
    assert settings(tenant, "strict").token.get_secret_value() == SECRET


def test_health_is_of_ones_own_workspace(owner, tenant):
    for _ in range(2):
        note_failure(tenant.id, "whatsapp")
    note_failure(make_tenant().id, "pricing")
    assert recent_failures(tenant.id) == {"whatsapp": 2}
    page = owner.get("/plugins", headers=PAGE).text
    assert "2 failures this week" in page and page.count("this week") == 1
    assert "failed 2 times this week" in owner.get("/plugins/whatsapp", headers=PAGE).text


def test_one_that_could_not_be_loaded_is_named_without_the_reason(owner, monkeypatch):
    broken = Quarantined("broken", "/home/operator/plugins", "ImportError: no module named secrets_of_operator")
    monkeypatch.setattr(runtime().registry, "quarantined", [broken])
    page = owner.get("/plugins", headers=PAGE).text
    assert "broken" in page and "could not be loaded" in page and "operator" not in page


@pytest.mark.parametrize("path", ["/plugins/acme", "/plugins/acme/on", "/plugins/acme/off"])
def test_only_who_may_changes_plugins(app: Flask, owner, tenant, path):
    assert sign_in(app, tenant.id, "marketer", HOST).post_form(path).status_code == 403
    assert owner.post_form(path.replace("acme", "nothing")).status_code == 404
    assert enabled(tenant) == frozenset()


def test_a_setting_without_a_description_has_no_hint(owner):
    """What stands for an empty text in a catalogue is its header."""
    page = owner.get("/plugins/acme", headers=PAGE | {"Accept-Language": "de"}).text
    assert "Einstellungen" in page and "Project-Id-Version" not in page


def test_a_plugin_without_settings_takes_none(owner, tenant, admin: "psycopg.Connection"):
    assert owner.post_form("/plugins/campaigns", {"x": "1"}).status_code == 404
    assert admin.execute("SELECT count(*) FROM tenant_plugin").fetchone() == (0,)
