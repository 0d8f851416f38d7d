"""The list of plugins, and the page of one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, ValidationError

from aerostic.db import tenant_scope, transaction
from aerostic.registry import Plugin, runtime
from aerostic.registry.failures import recent_failures
from aerostic.registry.tenant_view import HookError
from aerostic.tenancy.current import current_tenant
from aerostic.tenancy.plugins import (
    AlwaysOnError,
    disable_plugin,
    enable_plugin,
    load_settings,
    save_settings,
    stored_secrets,
)
from aerostic.web.app.plugins.fields import fields_of, form_model, given_values, secret_names
from aerostic.web.pages.access import allowed, tenant_view
from aerostic.web.pages.forms import Form, message
from aerostic.web.pages.render import render, toast

views = Blueprint("plugins", __name__)


@views.get("/plugins")
@allowed("plugins.edit")
def index() -> ResponseReturnValue:
    """All that are installed, with whether they are on and how they do."""
    registry = runtime().registry
    plugins = sorted(registry.plugins.values(), key=lambda plugin: plugin.title)
    return render(
        "app/plugins/index.html",
        plugins=plugins,
        enabled=tenant_view().enabled,
        failures=recent_failures(current_tenant()),
        quarantined=registry.quarantined,
    )


@views.get("/plugins/<name>")
@allowed("plugins.edit")
def show(name: str) -> ResponseReturnValue:
    """What a plugin brings, how it does, and its settings."""
    plugin = _plugin(name)
    return _page(plugin, _form(plugin))


@views.post("/plugins/<name>")
@allowed("plugins.edit")
def save(name: str) -> ResponseReturnValue:
    """Save its settings."""
    plugin = _plugin(name)
    form = _form(plugin, sent=True) or abort(404)
    if form.valid and _save(plugin, form):
        toast(_("Saved."))
        return redirect(f"/plugins/{name}", 303)
    return _page(plugin, form)


@views.post("/plugins/<name>/on")
@allowed("plugins.edit")
def switch_on(name: str) -> ResponseReturnValue:
    """Switch it on."""
    plugin = _plugin(name)
    try:
        with transaction(tenant_scope(current_tenant())) as session:
            enable_plugin(session, current_tenant(), name)
    except HookError as error:
        toast(str(error), "danger")
    else:
        toast(_("%(name)s is on.", name=_(plugin.title)))
    return redirect(f"/plugins/{name}", 303)


@views.post("/plugins/<name>/off")
@allowed("plugins.edit")
def switch_off(name: str) -> ResponseReturnValue:
    """Switch it off; what it keeps stays."""
    plugin = _plugin(name)
    try:
        with transaction(tenant_scope(current_tenant())) as session:
            disable_plugin(session, current_tenant(), name)
    except AlwaysOnError:
        toast(_("%(name)s is on for everybody and cannot be switched off.", name=_(plugin.title)), "danger")
    else:
        toast(_("%(name)s is off. Its settings and data are kept.", name=_(plugin.title)))
    return redirect(f"/plugins/{name}", 303)


def _plugin(name: str) -> Plugin:
    return runtime().registry.plugins.get(name) or abort(404)


def _form(plugin: Plugin, *, sent: bool = False) -> Form[Any] | None:
    """The form of its settings; None for a plugin without."""
    if plugin.settings is None:
        return None
    return Form(
        form_model(plugin.settings), request.form if sent else None, initial=_stored(plugin.name, plugin.settings)
    )


def _stored(name: str, model: type[BaseModel]) -> Mapping[str, Any]:
    """What is set; nothing where the plugin needs something that nobody has set yet."""
    with transaction(tenant_scope(current_tenant())) as session:
        try:
            found = load_settings(session, current_tenant(), name)
        except ValidationError:
            return {}
    return found.model_dump(mode="json", exclude=secret_names(model))


def _save(plugin: Plugin, form: Form[Any]) -> bool:
    values = given_values(form.value, request.form.getlist("forget"))
    try:
        with transaction(tenant_scope(current_tenant())) as session:
            save_settings(session, current_tenant(), plugin.name, values)
    except ValidationError as error:
        for detail in error.errors(include_input=False):
            form.fail(str(detail["loc"][0]) if detail["loc"] else "", message(detail))
    return form.valid


def _page(plugin: Plugin, form: Form[Any] | None) -> ResponseReturnValue:
    tenant_id: UUID = current_tenant()
    with transaction(tenant_scope(tenant_id)) as session:
        kept = stored_secrets(session, tenant_id, plugin.name)
    brings = [item.value for item in runtime().registry.declared("register_permissions") if item.plugin == plugin.name]
    page = render(
        "app/plugins/show.html",
        plugin=plugin,
        on=plugin.name in tenant_view().enabled,
        failures=recent_failures(tenant_id)[plugin.name],
        brings=brings,
        form=form,
        fields=fields_of(plugin.settings) if plugin.settings else [],
        kept=kept,
    )
    return page, form.status if form else 200
