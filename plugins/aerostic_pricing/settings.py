"""What the operator adds to the rate card. Read from the environment, since no tenant may set its own margin."""

from decimal import Decimal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from aerostic.sdk import N_


class PricingSettings(BaseSettings):
    """Named `AEROSTIC_PRICING_...` in the environment or `.env`."""

    model_config = SettingsConfigDict(env_prefix="AEROSTIC_PRICING_", env_file=".env", extra="ignore")

    margin_percent: Decimal = Field(
        Decimal(0), ge=0, le=1_000, description=N_("Added to the list rate, in per cent of it.")
    )
    fixed_micros: int = Field(
        0, ge=0, le=10_000_000, description=N_("Added to each message that costs, in micro-credits, after the margin.")
    )
