"""What a tenant may set."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class LoyaltySettings(BaseModel):
    """Settings of the plugin."""

    model_config = ConfigDict(extra="forbid")

    points_a_read: int = Field(1, ge=1, le=100, description="Points for each message read.")
    keep_days: int = Field(365, ge=1, description="Days until points are forgotten.")
    weekend_percent: int = Field(0, ge=0, le=100, description="Taken off marketing messages at the weekend.")
    till_token: SecretStr | None = Field(None, description="Signs in to the shop's till.")
