"""What an account of this channel may set, and the credentials it needs."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from aerostic.sdk import Account


class AccountSettings(BaseModel):
    """Where the Graph API is. Versions live about two years, so the version is a setting and never a constant."""

    model_config = ConfigDict(extra="forbid")

    base_url: str = Field("https://graph.facebook.com", pattern=r"^https?://[^/?#\s]+$", description="Graph API host.")
    version: str = Field("v24.0", pattern=r"^v\d+\.\d+$", description="Graph API version.")

    @property
    def root(self) -> str:
        """The address every path hangs on, with its slash."""
        return f"{self.base_url}/{self.version}/"


class Credentials(BaseModel):
    """The account's secrets."""

    model_config = ConfigDict(extra="forbid")

    token: SecretStr = Field(description="System user token with both WhatsApp permissions.")
    app_secret: SecretStr = Field(description="Signs webhooks: App settings, Basic.")
    verify_token: SecretStr = Field(description="Chosen by us; Meta sends it when the webhook is set up.")


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
