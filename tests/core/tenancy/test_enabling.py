"""Switching plugins on and off, and everything that follows it: views, events, recurring jobs, commands."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import click
import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text

from aerostic.cli import migrate as migrate_commands
from aerostic.cli import plugins as commands
from aerostic.db import Event, service_scope, tenant_scope, transaction
from aerostic.jobs.cron import run_schedule
from aerostic.jobs.tenants import limited
from aerostic.registry import EventHandler, Schedule, hookimpl, runtime
from aerostic.registry.declarations import Declared
from aerostic.registry.tenant_view import HookError
from aerostic.sdk import tenant_named
from aerostic.tenancy.plugins import (
    AlwaysOnError,
    UnknownPluginError,
    disable_plugin,
    enable_plugin,
    enabled_plugins,
    tenants_with,
    view_for,
)
from aerostic.web.handlers import event_handlers
from tests.support.factories import make_tenant


@pytest.fixture
def tenant(app: Flask) -> UUID:
    """A tenant that has chosen nothing."""
    return make_tenant(plugins=()).id


def enable(tenant: UUID, name: str = "campaigns") -> None:
    with transaction(tenant_scope(tenant)) as session:
        enable_plugin(session, tenant, name)


def disable(tenant: UUID, name: str = "campaigns") -> None:
    with transaction(tenant_scope(tenant)) as session:
        disable_plugin(session, tenant, name)


def on(tenant: UUID) -> frozenset[str]:
    with transaction(tenant_scope(tenant)) as session:
        return enabled_plugins(session, tenant)


def version(tenant: UUID) -> int:
    with transaction(tenant_scope(tenant)) as session:
        return int(session.execute(text("SELECT version FROM tenant WHERE id = :id"), {"id": tenant}).scalar_one())


def test_a_plugin_is_on_after_enabling_and_off_after_disabling(tenant: UUID) -> None:
    enable(tenant)
    assert on(tenant) == {"campaigns"}
    disable(tenant)
    assert on(tenant) == frozenset()


def test_each_change_raises_the_tenants_version(tenant: UUID) -> None:
    before = version(tenant)
    enable(tenant)
    disable(tenant)
    assert version(tenant) == before + 2


def test_a_plugin_that_is_not_installed_cannot_be_switched_on(tenant: UUID) -> None:
    with pytest.raises(UnknownPluginError, match="No plugin called 'nonsense' is installed"):
        enable(tenant, "nonsense")
    assert on(tenant) == frozenset()


def test_a_plugin_that_is_always_on_cannot_be_switched_off(tenant: UUID) -> None:
    with pytest.raises(AlwaysOnError, match="Pricing is on for every tenant"):
        disable(tenant, "pricing")


def test_one_tenants_choice_is_not_anothers(tenant: UUID) -> None:
    other = make_tenant(plugins=()).id
    enable(tenant)
    assert on(other) == frozenset()
    with transaction(tenant_scope(other)) as session:
        assert "campaigns.view" not in view_for(session, other).permissions
    with transaction(tenant_scope(tenant)) as session:
        assert "campaigns.view" in view_for(session, tenant).permissions


class Refusing:
    """A plugin that refuses to be switched on."""

    @hookimpl
    def plugin_enabled(self, plugin: str) -> None:
        raise RuntimeError(f"{plugin} needs a number first")


@pytest.fixture
def refusing(app: Flask) -> Iterator[None]:
    """For the test, `campaigns` is a plugin that refuses."""
    manager = runtime().registry.manager
    module = manager.get_plugin("campaigns")
    for plugin in (Refusing(), module):
        manager.sealed = False
        manager.unregister(name="campaigns")
        manager.register(plugin, "campaigns")
        manager.seal()
        if plugin is not module:
            yield


def test_a_refusal_undoes_the_change_and_names_the_plugin(tenant: UUID, refusing: None) -> None:
    with pytest.raises(HookError, match="Plugin 'campaigns' refused: campaigns needs a number first"):
        enable(tenant)
    assert on(tenant) == frozenset()


def test_tenants_with_a_plugin_are_found_across_tenants(tenant: UUID) -> None:
    other = make_tenant(plugins=()).id
    enable(tenant)
    with transaction(service_scope("cron")) as session:
        assert list(session.scalars(tenants_with("campaigns"))) == [tenant]
        assert set(session.scalars(tenants_with("pricing"))) == {tenant, other}
    disable(tenant)
    with transaction(service_scope("cron")) as session:
        assert list(session.scalars(tenants_with("campaigns"))) == []
    with pytest.raises(UnknownPluginError):
        tenants_with("nonsense")


def test_a_handler_gets_the_events_of_tenants_that_have_its_plugin_on(
    app: Flask, tenant: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Any] = []
    handler = EventHandler("campaigns.test", frozenset({"batch.finished"}), lambda *got: heard.append(got))
    declared = {"register_event_handlers": [Declared("campaigns", handler)]}
    monkeypatch.setattr(runtime().registry, "declared", lambda hook: declared.get(hook, []))
    *_, limited_handler = event_handlers(app.extensions["aerostic"].registry)
    off = make_tenant(plugins=()).id
    enable(tenant)
    event = Event("batch.finished", tenant, "k", {})
    for whose in (tenant, off, None):
        limited_handler.function(whose, [event])
    assert heard == [(tenant, [event])]


def test_a_job_for_each_tenant_runs_for_those_that_have_the_plugin_on(tenant: UUID) -> None:
    heard: list[UUID] = []
    second = make_tenant(plugins=("campaigns",)).id
    make_tenant(plugins=())
    enable(tenant)
    limited(Declared("campaigns", Schedule("campaigns.t", heard.append, 5, each_tenant=True))).function()
    assert sorted(heard) == sorted([tenant, second])


def test_a_tenant_whose_job_fails_does_not_stop_the_others(tenant: UUID) -> None:
    heard: list[UUID] = []
    enable(tenant)
    make_tenant(plugins=("campaigns",))

    def fail(tenant_id: UUID) -> None:
        heard.append(tenant_id)
        raise RuntimeError

    limited(Declared("campaigns", Schedule("campaigns.t", fail, 5, each_tenant=True))).function()
    assert len(heard) == 2


def test_a_job_across_tenants_rests_while_nobody_has_its_plugin_on(tenant: UUID) -> None:
    heard: list[str] = []
    job = limited(Declared("campaigns", Schedule("campaigns.t", lambda: heard.append("ran"), 5)))
    job.function()
    assert heard == []
    enable(tenant)
    job.function()
    assert heard == ["ran"]


def test_the_schedules_of_the_application_are_limited(tenant: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    monkeypatch.setattr("aerostic_campaigns.jobs._each", lambda *_: ran.append("swept"))
    run_schedule("campaigns.sweep")
    assert ran == []
    enable(tenant)
    run_schedule("campaigns.sweep")
    assert ran == ["swept"] * 3


def test_a_command_of_a_plugin_refuses_a_tenant_that_has_it_off(app: Flask) -> None:
    tenant = make_tenant(plugins=())
    with pytest.raises(click.ClickException, match="has campaigns off: `aerostic plugins enable campaigns"):
        tenant_named(tenant.slug, "campaigns")
    enable(tenant.id)
    assert tenant_named(tenant.slug, "campaigns") == tenant.id
    with pytest.raises(click.ClickException, match="no tenant with the short name 'nobody'"):
        tenant_named("nobody", "campaigns")


@pytest.fixture
def aerostic(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs `aerostic plugins ...`."""
    monkeypatch.setattr(commands, "application", lambda: app)

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(migrate_commands.plugins, arguments)

    return run


def test_the_commands_list_enable_and_disable(aerostic: Any) -> None:
    tenant = make_tenant(plugins=())
    for act, word in (("enable", "on"), ("disable", "off")):
        result = aerostic(act, "campaigns", "--tenant", tenant.slug)
        assert result.output == f"campaigns is {word} for {tenant.slug}\n"
        listed = aerostic("list", "--tenant", tenant.slug).output.splitlines()
        assert [line.split()[:3] for line in listed if line.startswith("campaigns")] == [["campaigns", "0.1.0", word]]
    assert "always on" in next(line for line in aerostic("list").output.splitlines() if line.startswith("pricing"))


def test_the_commands_explain_what_is_wrong(aerostic: Any) -> None:
    tenant = make_tenant(plugins=())
    assert "No plugin called 'nonsense'" in aerostic("enable", "nonsense", "--tenant", tenant.slug).output
    assert "no tenant with the short name 'x'" in aerostic("disable", "campaigns", "--tenant", "x").output
