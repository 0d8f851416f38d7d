"""What staff type about a decision: why, and for how long its subject is left alone afterwards."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from aerostic.words import N_

Spared = Literal["none", "hour", "day", "week"]
Reason = Annotated[str, Field(min_length=3, max_length=1000)]
SPANS: dict[Spared, tuple[timedelta | None, str]] = {
    "none": (None, N_("Not at all: the next signal may act again")),
    "hour": (timedelta(hours=1), N_("For an hour")),
    "day": (timedelta(days=1), N_("For a day")),
    "week": (timedelta(days=7), N_("For a week")),
}


class Lifting(BaseModel):
    """Why something is lifted."""

    reason: Reason
    spared: Spared = "day"


class Answering(BaseModel):
    """What an appeal is answered. The tenant reads `answer`."""

    outcome: Literal["granted", "refused"]
    answer: Annotated[str, Field(min_length=10, max_length=2000)]
    spared: Spared = "day"
