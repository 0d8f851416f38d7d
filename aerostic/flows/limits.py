"""How far a run may go: the guards against flows that never end, or that set each other off."""

from dataclasses import dataclass, fields, replace
from typing import Self

from aerostic.flows.document import Asked
from aerostic.words import N_

# What happened, and what to do: where the limits are changed is the same for all.
TOO_FAR = {
    "steps": N_("The run took more steps than it may. Look for a circle, or raise the steps a run may take."),
    "visits": N_(
        "The run came to this node more often than it may. Look for a circle, or raise the visits of one node."
    ),
    "depth": N_(
        "Flows called each other deeper than they may. Look for flows that call each other, or raise the depth."
    ),
    "chain": N_(
        "Automations set each other off more often in a row than they may: this node would have gone on."
        " Look for flows that start each other, or raise the length of a chain."
    ),
    "spend": N_(
        "The run has spent what it may. Raise what a run may spend, in this flow or in the limits of the workspace."
    ),
    "contact_spend": N_(
        "Flows have spent on this contact what they may in a day. It goes on tomorrow; or raise what may be spent on one."
    ),
    "tenant_spend": N_(
        "Flows have spent what they may in a day. They go on tomorrow; or raise what the workspace's flows may spend."
    ),
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
        spend: micro-credits a run.
        contact_spend: micro-credits for one contact in a day, by all flows.
        tenant_spend: micro-credits in a day, by all flows for everybody.
    """

    steps: int = 1_000
    visits: int = 50
    depth: int = 8
    chain: int = 20
    spend: int = 5_000_000
    contact_spend: int = 10_000_000
    tenant_spend: int = 500_000_000

    def narrowed(self, asked: Asked) -> Self:
        """With what a flow asks for, never above what there is."""
        given = {name: value for name, value in asked.model_dump().items() if value is not None}
        own = {one.name: getattr(self, one.name) for one in fields(self)}
        return type(self)(**{name: min(value, given.get(name, value)) for name, value in own.items()})

    def granted(self, times: int) -> Self:
        """With what a person has granted a run beyond them: as much again, so many times."""
        if not times:
            return self
        return replace(self, **{name: getattr(self, name) * (1 + times) for name in GRANTED})


class LimitError(Exception):
    """A run would go further than it may.

    Args:
        limit: which, a field of `Limits`.
        most: how far it may go.
        node: at which node.
        used: how far it would go with this step.
    """

    def __init__(self, limit: str, most: int, node: str = "", used: int = 0) -> None:
        super().__init__(TOO_FAR[limit])
        self.limit, self.most, self.node, self.used = limit, most, node, used

    def told(self) -> dict[str, str | int]:
        """As the journal shows it."""
        return {"limit": self.limit, "most": self.most, "used": self.used}
