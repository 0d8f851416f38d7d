"""Which plugins a tenant has on, its settings for them, and its view of the registry."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, SecretStr
from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from aerostic.audit import Act, record
from aerostic.db import ask_again, once
from aerostic.registry import TenantView, runtime
from aerostic.tenancy.models import Tenant, TenantPlugin

VERSION = text("UPDATE tenant SET version = version + 1 WHERE id = :tenant")


class UnknownPluginError(ValueError):
    """No plugin of this name is installed."""


class AlwaysOnError(ValueError):
    """The plugin leaves tenants no choice."""


def enabled_plugins(session: Session, tenant_id: UUID) -> frozenset[str]:
    """The names of the plugins this tenant has switched on."""
    chosen = select(TenantPlugin.plugin).where(TenantPlugin.tenant_id == tenant_id, TenantPlugin.enabled)
    return frozenset(session.scalars(chosen))


def view_for(session: Session, tenant_id: UUID) -> TenantView:
    """The registry as this tenant sees it, the same for a whole transaction. The session's scope has to reach its choices."""
    return once(session, ("plugins", tenant_id), lambda: runtime().registry.view(enabled_plugins(session, tenant_id)))


def enable_plugin(session: Session, tenant_id: UUID, name: str) -> None:
    """Switch a plugin on, and tell the tenant's plugins in the same transaction.

    Raises:
        UnknownPluginError: it is not installed.
        HookError: a plugin refused; nothing is changed when the transaction is rolled back.
    """
    if name not in runtime().registry.plugins:
        raise UnknownPluginError(f"No plugin called {name!r} is installed.")
    _switch(session, tenant_id, name, on=True)
    session.execute(VERSION, {"tenant": tenant_id})
    session.flush()
    view_for(session, tenant_id).plugin_enabled(tenant_id, name)


def disable_plugin(session: Session, tenant_id: UUID, name: str) -> None:
    """Switch a plugin off. Its tables and settings stay.

    Raises:
        AlwaysOnError: it is on for everybody.
    """
    plugin = runtime().registry.plugins.get(name)
    if plugin and plugin.always_on:
        raise AlwaysOnError(f"{plugin.title} is on for every tenant and cannot be switched off.")
    _switch(session, tenant_id, name, on=False)
    session.execute(VERSION, {"tenant": tenant_id})


def tenants_with(name: str) -> Select[UUID]:
    """Selects the ids of the tenants that have a plugin on, without those that were erased; also good as a sub-query. Needs a
    scope across tenants.

    Raises:
        UnknownPluginError: it is not installed.
    """
    plugin = runtime().registry.plugins.get(name)
    if plugin is None:
        raise UnknownPluginError(f"No plugin called {name!r} is installed.")
    if plugin.always_on:
        return select(Tenant.id).where(Tenant.erased_at.is_(None))
    return select(TenantPlugin.tenant_id).where(TenantPlugin.plugin == name, TenantPlugin.enabled)


def save_settings(session: Session, tenant_id: UUID, name: str, values: dict[str, Any]) -> None:
    """Store a tenant's settings of a plugin; what its model calls `SecretStr` goes into the encrypted column.

    A secret that is left out keeps its value, since it is never shown to be sent again.

    Raises:
        pydantic.ValidationError: unknown keys or wrong values.
        UnknownPluginError: not installed, or it has no settings.
    """
    model = _model(name)
    choice = _choice(session, tenant_id, name)
    checked = model.model_validate({**(choice.secrets or {}), **values})
    names = _secret_names(model)
    secrets = {key: secret.get_secret_value() for key in names if (secret := getattr(checked, key)) is not None}
    before, choice.settings = choice.settings or {}, checked.model_dump(mode="json", exclude=names)
    # Of secrets it is said only which ones were given.
    given = dict.fromkeys(sorted(names & values.keys()), "<secret>")
    record(session, Act(tenant_id, "plugin.configured", f"plugin:{name}", before, choice.settings | given))
    choice.secrets = secrets or None
    session.execute(VERSION, {"tenant": tenant_id})


def load_settings(session: Session, tenant_id: UUID, name: str) -> BaseModel:
    """A tenant's settings of a plugin, defaults filled in."""
    chosen = select(TenantPlugin).where(TenantPlugin.tenant_id == tenant_id, TenantPlugin.plugin == name)
    choice = session.scalar(chosen)
    stored = {**choice.settings, **(choice.secrets or {})} if choice else {}
    return _model(name).model_validate(stored)


def stored_secrets(session: Session, tenant_id: UUID, name: str) -> frozenset[str]:
    """The names of a plugin's secrets that a tenant has stored."""
    chosen = select(TenantPlugin).where(TenantPlugin.tenant_id == tenant_id, TenantPlugin.plugin == name)
    choice = session.scalar(chosen)
    return frozenset((choice.secrets or {}) if choice else ())


def _switch(session: Session, tenant_id: UUID, name: str, *, on: bool) -> None:
    choice = _choice(session, tenant_id, name)
    if bool(choice.enabled) != on:
        verb = "enabled" if on else "disabled"
        record(session, Act(tenant_id, f"plugin.{verb}", f"plugin:{name}"))
    choice.enabled = on
    ask_again(session, ("plugins", tenant_id))


def _choice(session: Session, tenant_id: UUID, name: str) -> TenantPlugin:
    chosen = select(TenantPlugin).where(TenantPlugin.tenant_id == tenant_id, TenantPlugin.plugin == name)
    choice = session.scalar(chosen)
    if choice is None:
        choice = TenantPlugin(tenant_id=tenant_id, plugin=name)
        session.add(choice)
    return choice


def _model(name: str) -> type[BaseModel]:
    plugin = runtime().registry.plugins.get(name)
    if plugin is None or plugin.settings is None:
        raise UnknownPluginError(f"No plugin called {name!r} with settings is installed.")
    return plugin.settings


def _secret_names(model: type[BaseModel]) -> set[str]:
    return {name for name, field in model.model_fields.items() if field.annotation in (SecretStr, SecretStr | None)}
