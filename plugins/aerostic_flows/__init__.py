"""Flows: the pages and the API with which a workspace draws, publishes and watches them. The engine is the core's."""

import click

from aerostic.sdk import N_, Permission, Plugin, hookimpl

plugin = Plugin(
    name="flows",
    title=N_("Flows"),
    version="0.1.0",
    description=N_("Answers people and reacts to what happens, step by step, and shows the path that each run took."),
    author="Aerostic",
)


@hookimpl
def register_permissions() -> list[Permission]:
    """What roles may do with flows."""
    staff = frozenset({"owner", "admin", "marketer"})
    return [
        Permission("flows.view", N_("See flows and their runs"), staff | {"agent", "viewer"}, support=True),
        Permission("flows.edit", N_("Draw, import and publish flows"), staff),
        Permission("flows.run", N_("Test flows, and retry or stop their runs"), staff),
    ]


@hookimpl
def register_commands() -> list[click.Command]:
    """`aerostic flows`."""
    from .cli import flows

    return [flows]
