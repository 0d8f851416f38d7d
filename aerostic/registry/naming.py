"""The rules that everything a plugin declares is held to at start-up, so that no two plugins get into each other's way."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import click

from aerostic.registry.declarations import BlueprintIn, ConsolePages, EventHandler, Permission, RetentionKind, Schedule

Declarations = Mapping[str, list[Any]]


class NamingError(ValueError):
    """A plugin declares something that is not what the hook wants, or under a name that is not the plugin's."""


TYPES: dict[str, type] = {
    "register_blueprints": BlueprintIn,
    "register_console_pages": ConsolePages,
    "register_permissions": Permission,
    "register_jobs": Schedule,
    "register_retention": RetentionKind,
    "register_event_handlers": EventHandler,
    "register_commands": click.Command,
}
DOTTED = (
    "register_permissions",
    "register_jobs",
    "register_retention",
    "register_event_handlers",
    "register_billing_rules",
    "register_detectors",
)
DASHED = {
    "register_commands": "command",
    "register_key_providers": "key provider",
    "register_payment_providers": "payment provider",
}


def check_names(plugin: str, declared: Declarations, others: Callable[[str], Iterable[Any]]) -> None:
    """Check what one plugin declares.

    Args:
        plugin: its name.
        declared: what its process hooks returned, by hook.
        others: gives what was declared for a hook before, with `plugin` and `value`.

    Raises:
        NamingError: with the name that is wrong and the one it has to have.
    """
    _check_types(plugin, declared)
    _check_pages(plugin, declared)
    for hook, what in DASHED.items():
        _check_dashed(plugin, what, [str(value.name) for value in declared[hook]])
    for hook in DOTTED:
        for value in declared[hook]:
            if not value.name.startswith(f"{plugin}."):
                raise NamingError(f"{plugin}: {value.name!r} has to start with '{plugin}.'.")
    for values in declared.values():
        _check_unique(plugin, [value.name for value in values if hasattr(value, "name")])
    for node in declared["register_flow_nodes"]:
        if not node.kind.startswith(f"{plugin}."):
            raise NamingError(f"{plugin}: the flow node {node.kind!r} has to start with '{plugin}.'.")
    _check_channels(plugin, declared["register_channels"], others("register_channels"))


def _check_types(plugin: str, declared: Declarations) -> None:
    for hook, kind in TYPES.items():
        for value in declared[hook]:
            if not isinstance(value, kind):
                raise NamingError(f"{plugin}: {hook} returns {kind.__name__} objects, not {value!r}.")


def _check_dashed(plugin: str, what: str, names: list[str]) -> None:
    for name in names:
        if name != plugin and not name.startswith(f"{plugin}-"):
            raise NamingError(f"{plugin}: the {what} {name!r} has to be {plugin!r}, or start with '{plugin}-'.")


def _check_pages(plugin: str, declared: Declarations) -> None:
    wanted = [(blueprint, blueprint.area) for blueprint in declared["register_blueprints"]]
    wanted += [(pages, pages.console) for pages in declared["register_console_pages"]]
    for pages, part in wanted:
        if pages.name != f"{plugin}_{part}":
            raise NamingError(f"{plugin}: the blueprint {pages.name!r} has to be named {plugin}_{part}.")


def _check_unique(plugin: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise NamingError(f"{plugin}: {name!r} is declared twice.")


def _check_channels(plugin: str, channels: list[Any], others: Iterable[Any]) -> None:
    """A channel's kind stands in tenants' accounts, so there is one of each."""
    taken = {other.value.kind: other.plugin for other in others}
    for channel in channels:
        owner = taken.setdefault(channel.kind, plugin)
        if owner != plugin:
            raise NamingError(f"{plugin}: the channel {channel.kind!r} is already brought by {owner}.")
