"""Prices: a rate card with dates, by market and category, and price books on top of it."""

import click

from aerostic.sdk import N_, BillingRule, ConsolePages, Plugin, hookimpl

plugin = Plugin(
    name="pricing",
    title=N_("Pricing"),
    version="0.1.0",
    description=N_("Prices messages by the recipient's market and the template's category."),
    author="Aerostic",
    always_on=True,
)


@hookimpl
def register_billing_rules() -> list[BillingRule]:
    """The rate card's rule."""
    from .cards import StandingRule

    return [StandingRule()]


@hookimpl
def register_commands() -> list[click.Command]:
    """`aerostic pricing`."""
    from .cli import pricing

    return [pricing]


@hookimpl
def register_console_pages() -> list[ConsolePages]:
    """The rate card and price books, for the platform's people and for resellers."""
    from . import views

    return [
        ConsolePages("platform", views.platform, N_("Prices"), "tag", 45),
        ConsolePages("reseller", views.reseller, N_("Prices"), "tag", 25),
    ]
