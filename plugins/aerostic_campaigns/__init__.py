"""Campaigns: one template for a frozen audience, planned here and sent by the core's lanes."""

from uuid import UUID

import click

from aerostic.sdk import EventHandler, Permission, Plugin, Schedule, cancel_planned, hookimpl, tenant_scope, transaction

plugin = Plugin(
    name="campaigns",
    title="Campaigns",
    version="0.1.0",
    description="Sends a template to an audience, after telling what that will do and cost.",
    author="Aerostic",
)


@hookimpl
def register_permissions() -> list[Permission]:
    """What roles may do with campaigns."""
    staff = frozenset({"owner", "admin", "marketer"})
    return [
        Permission("campaigns.view", "See campaigns and their results", staff | {"agent", "viewer"}),
        Permission("campaigns.edit", "Make and change campaigns, and send tests", staff),
        Permission("campaigns.launch", "Launch, pause, resume, cancel and retry campaigns", staff),
    ]


@hookimpl
def register_jobs() -> list[Schedule]:
    """Starts what is due and goes on with what was interrupted."""
    from .jobs import EVERY_SECONDS, sweep

    return [Schedule("campaigns.sweep", sweep, EVERY_SECONDS)]


@hookimpl
def register_event_handlers() -> list[EventHandler]:
    """Ends campaigns, and pauses those whose template has changed."""
    from .handlers import on_batches, on_templates

    changes = frozenset({"template.status_changed", "template.category_changed"})
    return [
        EventHandler("campaigns.ends", frozenset({"batch.finished"}), on_batches),
        EventHandler("campaigns.templates", changes, on_templates),
    ]


@hookimpl
def register_commands() -> list[click.Command]:
    """`aerostic campaigns`."""
    from .cli import campaigns

    return [campaigns]


@hookimpl
def contact_opted_out(tenant: UUID, contact: UUID, category: str) -> None:
    """Give up what is planned for somebody who wants no more of it."""
    with transaction(tenant_scope(tenant)) as session:
        cancel_planned(session, tenant, contact, category)
