"""Refunds: what becomes of a message's money, by how far it came, and which failures are paid all the same."""

import click

from aerostic.sdk import N_, BillingRule, ConsolePages, Plugin, hookimpl

plugin = Plugin(
    name="refunds",
    title=N_("Refunds"),
    version="0.1.0",
    description=N_("Takes the money of what was delivered, and gives back that of what failed or was never heard of."),
    author="Aerostic",
    always_on=True,
)


@hookimpl
def register_billing_rules() -> list[BillingRule]:
    """The rule on outcomes."""
    from .rule import RefundRule

    return [RefundRule()]


@hookimpl
def register_commands() -> list[click.Command]:
    """`aerostic refunds`."""
    from .cli import refunds

    return [refunds]


@hookimpl
def register_console_pages() -> list[ConsolePages]:
    """Which failures are paid all the same, for the platform's people and for resellers."""
    from . import views

    return [
        ConsolePages("platform", views.platform, N_("Refunds"), "receipt-refund", 46),
        ConsolePages("reseller", views.reseller, N_("Refunds"), "receipt-refund", 26),
    ]
