"""What detection holds back of a lane: asked once a group of messages, before they are marked."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from aerostic.messaging.outbound.queue import Waiting
from aerostic.security.restrictions import restrictions

Measure = Literal["", "slow", "pause", "freeze"]
# The stricter ones come last.
MEASURES: tuple[Measure, ...] = ("", "slow", "pause", "freeze")
# How much more slowly goes what is slowed down.
SLOWED = 10


@dataclass(frozen=True, slots=True)
class Standing:
    """How a lane stands: its tenant's flag or its number's, whichever is stricter."""

    measure: Measure = ""

    @property
    def held(self) -> bool:
        """Whether anything stays planned for as long as this lasts."""
        return self.measure in ("pause", "freeze")

    def lets(self, item: Waiting) -> bool:
        """Whether a message may leave."""
        return not (self.measure == "freeze" or (self.measure == "pause" and item.bulk))


FREE = Standing()


def standing_of(tenant_id: UUID, number_id: UUID) -> Standing:
    """How a lane stands at this moment. Needs an application context."""
    flags = restrictions().of((("tenant", str(tenant_id)), ("number", str(number_id))))
    actions = {flag.action for flag in flags.values()}
    return Standing(max((measure for measure in MEASURES if measure in actions), key=MEASURES.index, default=""))
