"""The pages of events and of permissions: what core and plugins have declared."""

from aerostic.cli.docs.table import table
from aerostic.registry import Registry
from aerostic.streams import catalogue, core_events
from aerostic.tenancy.models import ROLES

EVENTS = """# Events

What happens is announced through the outbox, in the transaction it happens in, and reaches handlers at least once. Every event
has an id, a type, a tenant, a key within which order is kept, a time, and the data given here: ids, amounts and codes, never
personal data. What an automation has caused also says so: `chain` lists the runs of flows that led to it.

"""
PERMISSIONS = """# Permissions

A member of a tenant has a role, and the role these permissions of the tenant's plugins.

"""


def events() -> str:
    """The page of events; the built-in plugins have to be loaded."""
    own = {event_type.name for event_type in core_events.CORE_EVENTS}
    parts = [EVENTS]
    for event_type in catalogue.all_types():
        source = "" if event_type.name in own else " Announced by a plugin."
        heard = f" On live pages, for roles with `{event_type.permission}`." if event_type.permission else ""
        parts.append(f"## `{event_type.name}`\n\n{event_type.description}{source}{heard}\n\n")
        if event_type.data:
            parts.append(
                table(("data", "meaning"), ((f"`{key}`", text) for key, text in event_type.data.items())) + "\n"
            )
    return "".join(parts)


def permissions(registry: Registry) -> str:
    """The page of permissions."""
    rows = [
        (
            f"`{item.value.name}`",
            item.value.title,
            *("yes" if role in item.value.roles else "" for role in ROLES),
            "yes" if item.value.support else "",
        )
        for item in registry.declared("register_permissions")
    ]
    return PERMISSIONS + table(("permission", "what it allows", *ROLES, "support"), rows)
