"""How far a run may go: the guards against flows that never end, or that set each other off."""

from dataclasses import dataclass, fields, replace
from typing import Self

from aerostic.flows.document import Asked
from aerostic.words import N_

TOO_FAR = {
    "steps": N_("The run took more steps than it may."),
    "visits": N_("The run came to this node more often than it may."),
    "depth": N_("Flows called each other deeper than they may."),
    "chain": N_("Automations set each other off more often in a row than they may."),
    "spend": N_("The run has spent what it may."),
}

# What a person may grant a run that was stopped; the others say something about the flows.
GRANTED = ("steps", "visits", "spend")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may use up.

    Args:
        steps: in all, waits and retries included.
        visits: of any one node.
        depth: of flows that call flows.
        chain: of events that lead to one another: a flow's message that starts a flow, and so on.
        spend: micro-credits.
    """

    steps: int = 1_000
    visits: int = 50
    depth: int = 8
    chain: int = 20
    spend: int = 5_000_000

    def narrowed(self, asked: Asked) -> Self:
        """With what a flow asks for, never above what there is."""
        given = {name: value for name, value in asked.model_dump().items() if value is not None}
        own = {one.name: getattr(self, one.name) for one in fields(self)}
        return type(self)(**{name: min(value, given.get(name, value)) for name, value in own.items()})

    def granted(self, times: int) -> Self:
        """With what a person has granted a run beyond them: as much again, so many times."""
        more = {name: getattr(self, name) * (1 + times) for name in GRANTED}
        return replace(self, **more) if times else self


class LimitError(Exception):
    """A run would go further than it may.

    Args:
        limit: which, a field of `Limits`.
        most: how far it may go.
        node: at which node.
    """

    def __init__(self, limit: str, most: int, node: str = "") -> None:
        super().__init__(TOO_FAR[limit])
        self.limit, self.most, self.node = limit, most, node
