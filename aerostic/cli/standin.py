"""Payments of a house on one machine: without an account with Stripe, a stand-in beside the platform takes them.

Never where the platform is served under a real domain: what the stand-in takes is no money.
"""

import sys
from secrets import token_urlsafe

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from aerostic.cli.ports import Ports, local_url
from aerostic.cli.services.children import Command
from aerostic.settings import Settings

KEY = "AEROSTIC_STRIPE_SECRET_KEY"


class Account(BaseSettings):
    """Whether the operator has an account."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", hide_input_in_errors=True)

    secret_key: SecretStr = Field(SecretStr(""), alias=KEY)


def keys(settings: Settings, ports: Ports) -> dict[str, str]:
    """What the processes have to find in their environment to pay at the stand-in; nothing where it is not to be."""
    if settings.domain != "localhost" or Account().secret_key.get_secret_value():
        return {}
    return {
        KEY: f"sk_test_{token_urlsafe()}",
        "AEROSTIC_STRIPE_WEBHOOK_SECRET": f"whsec_{token_urlsafe()}",
        "AEROSTIC_STRIPE_API_BASE": local_url(ports.stripe),
    }


def process(settings: Settings, ports: Ports, environment: dict[str, str]) -> Command:
    """The stand-in, with the front door's address for browsers, and our intake for its events."""
    argv = (sys.executable, "-m", "aerostic_stripe.emulator", "--port", str(ports.stripe))
    public = ("--public", f"http://stripe.{settings.domain}:{ports.front}")
    webhook = ("--webhook", f"{local_url(ports.hooks)}/payments/stripe")
    return Command("stripe", (*argv, *public, *webhook), environment)
