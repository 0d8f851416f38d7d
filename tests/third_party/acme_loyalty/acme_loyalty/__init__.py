"""Loyalty points for contacts that read, and a discount at the weekend."""

from typing import Any

from aerostic.sdk import BillingRule, BlueprintIn, EventHandler, Permission, Plugin, Schedule, hookimpl
from aerostic.sdk.flows import FlowNode

from .settings import LoyaltySettings

plugin = Plugin(
    name="loyalty",
    title="Loyalty",
    version="1.2.0",
    description="Points for contacts that read, and a discount at the weekend.",
    author="Acme",
    priority=50,
    settings=LoyaltySettings,
)


@hookimpl
def register_billing_rules() -> list[BillingRule]:
    """The weekend's discount. It is asked before the price list, since this plugin's priority is lower."""
    from .rules import WeekendDiscount

    return [WeekendDiscount()]


@hookimpl
def register_blueprints() -> list[BlueprintIn]:
    """The page with the standings."""
    from .views import pages

    return [BlueprintIn("app", pages)]


@hookimpl
def register_event_handlers() -> list[EventHandler]:
    """Points for reading."""
    from .handlers import on_read

    return [EventHandler("loyalty.points", frozenset({"message.read"}), on_read)]


@hookimpl
def register_flow_nodes() -> list[FlowNode[Any]]:
    """A step that gives points."""
    from .flows import GivePoints

    return [GivePoints()]


@hookimpl
def register_jobs() -> list[Schedule]:
    """Forgets old points, once an hour."""
    from .jobs import forget

    return [Schedule("loyalty.forget", forget, 3600, each_tenant=True)]


@hookimpl
def register_permissions() -> list[Permission]:
    """Who sees the standings."""
    return [Permission("loyalty.view", "See loyalty points", frozenset({"owner", "admin", "marketer", "viewer"}))]
