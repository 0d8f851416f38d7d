"""Flows: the pages and the API with which a workspace draws, publishes and watches them. The engine is the core's."""

from uuid import UUID

import click

from aerostic.sdk import N_, BlueprintIn, DashboardCard, NavigationItem, Permission, Plugin, hookimpl

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


@hookimpl
def register_blueprints() -> list[BlueprintIn]:
    """The pages under `/p/flows`, and `/api/v1/flows`."""
    from . import api, views

    return [BlueprintIn("app", views.blueprint), BlueprintIn("api", api.blueprint)]


@hookimpl
def navigation_items(tenant: UUID) -> list[NavigationItem]:
    """The ways to the list and to the runs."""
    return [
        NavigationItem(N_("Flows"), "/p/flows/", "git-branch", "automate", "flows.view", 10),
        NavigationItem(N_("Runs"), "/p/flows/runs", "list-check", "automate", "flows.view", 20),
    ]


@hookimpl
def dashboard_cards(tenant: UUID) -> list[DashboardCard]:
    """How runs went today."""
    from .home import cards

    return cards(tenant)
