"""Top-ups by card and other ways to pay, through Stripe's hosted checkout."""

import click

from aerostic.sdk import N_, PaymentProvider, Plugin, hookimpl

plugin = Plugin(
    name="stripe",
    title=N_("Stripe"),
    version="0.1.0",
    description=N_("Workspaces top up their wallets on Stripe's payment page."),
    author="Aerostic",
    always_on=True,
)


@hookimpl
def register_payment_providers() -> list[PaymentProvider]:
    """Stripe's checkout, once the operator has set its keys."""
    from .settings import StripeSettings

    settings = StripeSettings()
    if not settings.secret_key.get_secret_value():
        return []
    from .provider import Stripe

    return [Stripe(settings)]


@hookimpl
def register_commands() -> list[click.Command]:
    """The command `stripe-emulator`."""
    from .emulator.cli import emulator

    return [emulator]
