"""Everything a plugin brings bears its name, so that no two get into each other's way."""

import inspect
from typing import Any

from aerostic.app import load_models
from aerostic.db import Model
from aerostic.streams import catalogue
from aerostic.testing.contract.test_metadata import folder
from aerostic.testing.plugin import installed

DOTTED = (
    "register_permissions",
    "register_jobs",
    "register_retention",
    "register_event_handlers",
    "register_billing_rules",
)


def declared(hook: str, plugin: str) -> list[Any]:
    """What the plugin declared for a hook."""
    return [item.value for item in installed().declared(hook) if item.plugin == plugin]


def models(plugin: str) -> list[Any]:
    """The plugin's mapped classes."""
    load_models()
    package = installed().modules[plugin].__name__
    classes = [mapper.class_ for mapper in Model.registry.mappers]
    return [model for model in classes if model.__module__.partition(".")[0] == package]


def test_its_tables_are_prefixed(installed_plugin: str) -> None:
    names = [model.__tablename__ for model in models(installed_plugin)]
    assert [name for name in names if not name.startswith(f"{installed_plugin}__")] == []


def test_its_blueprints_are_named_by_area(installed_plugin: str) -> None:
    blueprints = declared("register_blueprints", installed_plugin)
    assert [item.name for item in blueprints] == [f"{installed_plugin}_{item.area}" for item in blueprints]


def test_its_permissions_jobs_handlers_and_rules_are_prefixed(installed_plugin: str) -> None:
    names = [value.name for hook in DOTTED for value in declared(hook, installed_plugin)]
    assert [name for name in names if not name.startswith(f"{installed_plugin}.")] == []


def test_its_templates_and_static_files_lie_in_folders_of_its_name(installed_plugin: str) -> None:
    for name in ("templates", "static"):
        room = folder(installed_plugin) / name
        found = [entry.name for entry in room.iterdir()] if room.is_dir() else []
        assert set(found) <= {installed_plugin}, f"{name}/ holds one folder, {installed_plugin}/"


def test_its_jobs_and_handlers_take_the_arguments_they_will_get(installed_plugin: str) -> None:
    for job in declared("register_jobs", installed_plugin):
        inspect.signature(job.function).bind(*(["tenant"] if job.each_tenant else []))
        assert job.seconds > 0
    for handler in declared("register_event_handlers", installed_plugin):
        inspect.signature(handler.function).bind("tenant", [])


def test_its_handlers_want_events_that_exist(installed_plugin: str) -> None:
    wanted = {name for handler in declared("register_event_handlers", installed_plugin) for name in handler.types}
    known = {event_type.name for event_type in catalogue.all_types()}
    assert wanted - known == set()


def test_its_permissions_go_to_roles_that_exist(installed_plugin: str) -> None:
    from aerostic.tenancy.models import ROLES

    given = {role for permission in declared("register_permissions", installed_plugin) for role in permission.roles}
    assert given <= set(ROLES)
