"""What became of a message, whatever the order and number of the statuses that tell it.

A status ranks by what it proves: read over delivered over failed over sent, since evidence of arrival outweighs a failure.
Each status also leaves its time, the earliest one told. The result depends on the set of statuses alone.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from aerostic.messaging.contract import StatusUpdate

RANK = {"": 0, "sent": 1, "failed": 2, "delivered": 3, "read": 4}
ARRIVED = RANK["delivered"]
LONGEST_REASON = 500


@dataclass(slots=True)
class Fate:
    """The columns of an outbound message that statuses change, and those they are judged by."""

    id: UUID
    state: str
    status: str = ""
    attempt: int = 1
    error_code: int | None = None
    error: str = ""
    created_at: datetime | None = None
    sending_at: datetime | None = None
    accepted_at: datetime | None = None
    sent_at: datetime | None = None
    delivered_at: datetime | None = None
    read_at: datetime | None = None
    failed_at: datetime | None = None
    pricing: dict[str, Any] = field(default_factory=dict)
    has_provider_id: bool = True
    provider_id: str = field(default="", repr=False)

    def copy(self) -> "Fate":
        """As it is now, to compare with later."""
        return replace(self)

    def learn(self, update: StatusUpdate) -> None:
        """Take one status in."""
        if self._is_stale(update):
            return
        if self.state != "accepted":
            self._taken()
        if not self.has_provider_id and update.provider_id:
            self.provider_id, self.has_provider_id = update.provider_id, True
        if update.status == "failed":
            self._failed(update)
        self._at(update.status, update.time)
        if RANK[update.status] > RANK[self.status]:
            self.status = update.status
        if RANK[self.status] >= ARRIVED:
            self.error_code, self.error = None, ""
        if update.pricing and RANK[update.status] > RANK[self.pricing.get("of", "")]:
            self.pricing = {**update.pricing, "of": update.status}

    def _is_stale(self, update: StatusUpdate) -> bool:
        """Whether it tells of an earlier try than the present one. That it arrived after all counts even so."""
        between_tries = self.state == "planned" and self.failed_at is not None
        earlier = 0 < update.attempt < self.attempt
        return (earlier or between_tries) and RANK[update.status] < ARRIVED

    def _taken(self) -> None:
        """The status proves that the provider took the message, whatever we thought."""
        self.state = "accepted"
        self.accepted_at = self.accepted_at or self.sending_at or self.created_at
        if self.status != "failed":
            self.error_code, self.error = None, ""

    def _failed(self, update: StatusUpdate) -> None:
        """Of several failures the earliest is told; of two at once the one with the lower code."""
        told = (self.failed_at, self.error_code or 0) if self.failed_at else None
        if told is None or (update.time, update.code) < told:
            self.error_code, self.error = update.code, update.reason[:LONGEST_REASON]

    def _at(self, status: str, time: datetime) -> None:
        name = f"{status}_at"
        known = getattr(self, name)
        if known is None or time < known:
            setattr(self, name, time)


def news(before: Fate, after: Fate) -> list[str]:
    """The events that lead from one to the other, each at most once in a message's life: `accepted`, `sent`, ...

    A failure that later evidence outweighs is none, so it is told only while it stands.
    """
    told = ["accepted"] if before.state != "accepted" == after.state else []
    for status in ("sent", "delivered", "read"):
        if getattr(before, f"{status}_at") is None and getattr(after, f"{status}_at") is not None:
            told.append(status)
    if after.status == "failed" != before.status:
        told.append("failed")
    return told
