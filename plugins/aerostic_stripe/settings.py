"""The operator's account with Stripe. Read from the environment, since no tenant may see or change whom it pays."""

from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from aerostic.sdk import N_


class StripeSettings(BaseSettings):
    """Named `AEROSTIC_STRIPE_...` in the environment or `.env`. Without a secret key, Stripe is not offered."""

    model_config = SettingsConfigDict(
        env_prefix="AEROSTIC_STRIPE_", env_file=".env", extra="ignore", hide_input_in_errors=True
    )

    secret_key: SecretStr = Field(SecretStr(""), description=N_("Secret key of the account; a restricted one will do."))
    webhook_secret: SecretStr = Field(
        SecretStr(""), description=N_("Signing secret of the webhook https://hooks.<domain>/payments/stripe.")
    )
    api_base: str = Field(
        "https://api.stripe.com", pattern=r"^https?://[^/?#\s]+$", description=N_("Where Stripe's API is.")
    )

    @model_validator(mode="after")
    def _both(self) -> Self:
        if bool(self.secret_key.get_secret_value()) != bool(self.webhook_secret.get_secret_value()):
            raise ValueError("AEROSTIC_STRIPE_SECRET_KEY and AEROSTIC_STRIPE_WEBHOOK_SECRET are set both, or neither.")
        return self
