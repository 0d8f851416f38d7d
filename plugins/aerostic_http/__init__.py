"""HTTP: flows that other systems start, and that ask other systems."""

from typing import Any
from uuid import UUID

from aerostic.sdk import N_, BlueprintIn, NavigationItem, Permission, Plugin, hookimpl
from aerostic.sdk.flows import FlowNode

plugin = Plugin(
    name="http",
    title=N_("HTTP"),
    version="0.1.0",
    description=N_("Lets other systems start flows, and flows ask any system on the internet."),
    author="Aerostic",
)


@hookimpl
def register_flow_nodes() -> list[FlowNode[Any]]:
    """Its steps."""
    from .answering import Respond
    from .asking import HttpRequest
    from .called import Webhook

    return [Webhook(), Respond(), HttpRequest()]


@hookimpl
def register_permissions() -> list[Permission]:
    """Who looks after secrets. Who draws flows may use them, and sees their names alone."""
    return [
        Permission(
            "http.secrets", N_("Add, replace and delete secrets for other systems"), frozenset({"owner", "admin"})
        )
    ]


@hookimpl
def register_blueprints() -> list[BlueprintIn]:
    """The pages under `/p/http`."""
    from . import views

    return [BlueprintIn("app", views.blueprint)]


@hookimpl
def navigation_items(tenant: UUID) -> list[NavigationItem]:
    """The way to the secrets."""
    return [NavigationItem(N_("Secrets"), "/p/http/secrets", "lock", "account", "http.secrets", 48)]
