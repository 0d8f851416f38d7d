"""What a plugin writes so that other systems can call a flow, and are answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from aerostic.flows.contract import C, FlowNode


@dataclass(frozen=True, slots=True)
class About:
    """Whom a call is about.

    Args:
        phone: as the other system writes it.
        name: of a contact that has none yet.
        makes: whether an unknown one becomes a contact.
    """

    phone: str = field(repr=False)
    name: str = field(default="", repr=False)
    makes: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other system is answered."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class HookTrigger(FlowNode[C]):
    """A trigger with an address of its own, which other systems call. What they sent is found under `trigger`."""

    starts: ClassVar[bool] = True

    def about(self, config: C) -> About | None:
        """Whom the run is about; None where it is about nobody."""
        return None


class Answering(FlowNode[C]):
    """A node that answers who has called the flow, and still waits. The first of a run counts."""

    def answer(self, config: C) -> Answer:
        """What is answered. The journal keeps the configuration, from which this is made again."""
        raise NotImplementedError
