"""What an account of this channel may set, and the credentials it needs."""

from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from aerostic.sdk import N_, Account

VERIFY_TOKEN_BYTES = 24


class AccountSettings(BaseModel):
    """Where the Graph API is. Versions live about two years, so the version is a setting and never a constant."""

    model_config = ConfigDict(extra="forbid")

    base_url: str = Field(
        "https://graph.facebook.com",
        pattern=r"^https?://[^/?#\s]+$",
        title=N_("Graph API address"),
        description=N_("Change it only to send through a proxy or a test system."),
    )
    version: str = Field(
        "v24.0",
        pattern=r"^v\d+\.\d+$",
        title=N_("Graph API version"),
        description=N_("Such as v24.0. Meta ends a version about two years after its release."),
    )

    @property
    def root(self) -> str:
        """The address every path hangs on, with its slash."""
        return f"{self.base_url}/{self.version}/"


class Credentials(BaseModel):
    """The account's secrets."""

    model_config = ConfigDict(extra="forbid")

    token: SecretStr = Field(
        title=N_("Access token"),
        description=N_("Of a system user with both WhatsApp permissions: Business settings, System users."),
    )
    app_secret: SecretStr = Field(
        title=N_("App secret"), description=N_("Proves that webhooks are from Meta: App settings, Basic.")
    )
    verify_token: SecretStr = Field(
        default_factory=lambda: SecretStr(token_urlsafe(VERIFY_TOKEN_BYTES)),
        title=N_("Verify token"),
        description=N_("Meta sends it back when the webhook is set up. Left empty, one is made."),
    )


def settings_of(account: Account) -> AccountSettings:
    """The account's settings, with defaults for what it leaves out.

    Raises:
        ValueError: an unknown or malformed setting.
    """
    return AccountSettings.model_validate(dict(account.settings))


def secret(credentials: Mapping[str, Any], name: str) -> str:
    """One secret; '' where it is not set, which no check accepts."""
    value = credentials.get(name, "")
    return value if isinstance(value, str) else ""
