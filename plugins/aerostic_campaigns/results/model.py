"""The results of a campaign as data."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """Data that is not changed any more."""

    model_config = ConfigDict(frozen=True)


class Failure(Part):
    """Messages that failed for one reason. `retry` says whether the same message may well go through later."""

    code: int
    words: str
    count: int
    retry: bool


class Money(Part):
    """Where a campaign's money is, in micro-credits: not decided yet, paid, and given back after a failure or unspent."""

    held: int = 0
    captured: int = 0
    refunded: int = 0
    released: int = 0
    currency: str = ""

    @property
    def total(self) -> int:
        """All of it."""
        return self.held + self.captured + self.refunded + self.released


class Series(Part):
    """How many messages came how far in each stretch of `step` seconds since `start`."""

    start: datetime
    step: int
    accepted: list[int]
    delivered: list[int]
    read: list[int]
    failed: list[int]
    replied: list[int]


class Results(Part):
    """How far a campaign is.

    The first six add up to `total`. From `delivered` on each counts those that came at least so far: a message that was
    read counts as delivered too. `failed` were refused when sent or reported as failed later, so some of them count as
    accepted. `skipped` counts people without a message by verdict, `last_minute` what was accepted in the minute before
    `taken_at`.
    """

    taken_at: datetime
    total: int = 0
    planned: int = 0
    sending: int = 0
    unknown: int = 0
    cancelled: int = 0
    refused: int = 0
    accepted: int = 0
    delivered: int = 0
    read: int = 0
    replied: int = 0
    failed: int = 0
    last_minute: int = 0
    failures: list[Failure] = []
    skipped: dict[str, int] = {}
    money: Money = Money()
    series: Series | None = None

    @property
    def left(self) -> int:
        """What still has to be sent."""
        return self.planned + self.sending

    @property
    def done(self) -> int:
        """What has left, whatever became of it."""
        return self.total - self.left - self.cancelled

    @property
    def retryable(self) -> int:
        """Failed messages that a retry may help."""
        return sum(failure.count for failure in self.failures if failure.retry)
