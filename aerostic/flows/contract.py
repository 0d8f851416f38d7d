"""The node contract: what a plugin writes to bring a step of flows.

A node is a class. Its form, icon, ports and help come from it, so that no JavaScript has to be written for one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.orm import Session

from aerostic.flows.timetable import Timetable
from aerostic.words import N_


class Effect(StrEnum):
    """What running a node changes, and so how it is kept from happening twice."""

    NONE = "none"  # nothing but the run's own variables
    INSIDE = "inside"  # rows of the database, in the run's own transaction: both happen, or neither does
    OUTSIDE = "outside"  # another system: noted before it is begun, and never begun again where the end is not known


@dataclass(frozen=True, slots=True)
class Port:
    """A way out of a node.

    Args:
        name: as edges name it.
        title: what a person reads at it; '' where there is only one.
    """

    name: str
    title: str = ""


NEXT = (Port("next"),)
ERROR = Port("error", N_("If it fails"))


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that keeps a flow from being published, or that a person should look at.

    Args:
        code: stable, for programs.
        text: what is wrong, and what to do.
        node: id of the node; '' for the flow as a whole.
        field: which field of its form; '' for the node as a whole.
        blocks: whether the flow cannot be published with it.
        about: the name of what is meant, where it has one: a secret's, a template's.
    """

    code: str
    text: str
    node: str = ""
    field: str = ""
    blocks: bool = True
    about: str = ""


@dataclass(frozen=True, slots=True)
class Go:
    """The node is done: on through a port.

    Args:
        port: one of the node's ports; where no edge leaves it, the run ends.
        output: what the journal shows, and later nodes find under `steps.<node id>`.
        values: variables to set, found under `vars.<name>`.
    """

    port: str = "next"
    output: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wait:
    """The run waits; nothing is kept busy meanwhile. When it goes on, `resume` of the node is called.

    Args:
        until: a moment after which it goes on; None to wait for the event alone.
        event: `reply` for the contact's next message; '' to wait for the moment alone.
        values: variables to set; those whose names begin with an underscore are the node's own, and no expression sees them.
    """

    until: datetime | None = None
    event: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """The run starts another flow and goes on when that has ended.

    Args:
        flow_id: which; its published version is run.
        values: its variables.
    """

    flow_id: UUID
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stop:
    """The run ends here."""

    output: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fail:
    """The node could not do it.

    Args:
        code: stable, for programs.
        reason: what a person reads; no personal data.
        again: whether trying later may help.
        after: seconds to wait at least before that.
        unsure: whether another system may have taken it all the same: a person is asked before it is done again.
    """

    code: str
    reason: str
    again: bool = False
    unsure: bool = False
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Need:
    """Something of the workspace that a configuration names, and that has to be there.

    Args:
        kind: `secret`, `template`, `flow`, ...
        name: as the configuration names it.
        field: of the form, where it is named.
    """

    kind: str
    name: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """Something of the workspace that a field can name.

    Args:
        title: what a person calls it.
        config: the fields that choosing it fills in.
    """

    title: str
    config: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """What later steps find of a node, each name with an example that tells its type; for completion and previews.

    Args:
        output: under `steps.<node id>`.
        values: under `vars`.
        trigger: under `trigger`, of a node that starts runs.
    """

    output: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    trigger: Mapping[str, Any] = field(default_factory=dict)


Outcome = Go | Wait | Call | Stop | Fail


@dataclass(slots=True)
class Context:
    """What a node has while it runs: made for this step alone. Not frozen, since that would double what making one takes.

    Args:
        tenant_id: whose flow it is.
        run_id: which run.
        node_id: the node's id in the flow.
        key: unique for this run and step, the same at every attempt: give it to whatever must not happen twice.
        now: the time of this step.
        values: what expressions see: `contact`, `message`, `vars`, `steps`, `trigger`.
        contact_id, conversation_id: whom the run is about, where it is about somebody.
        chain: of the events that led here: its length bounds how far automations set each other off.
        session: the run's own transaction, for nodes with the effect INSIDE; None in a replay.
        spend: tells the run's budget of money that this step takes, in micro-credits; raises where it is used up.
    """

    tenant_id: UUID
    run_id: UUID
    node_id: str
    key: str
    now: datetime
    values: Mapping[str, Any]
    contact_id: UUID | None = None
    conversation_id: UUID | None = None
    chain: Sequence[str] = ()
    session: Session | None = None
    spend: Callable[[int], None] = lambda _amount: None


@dataclass(frozen=True, slots=True)
class Woken:
    """Why a waiting run goes on.

    Args:
        event: `reply`, `time`, `flow` (the flow that was called has ended).
        data: of the event: the message, or the called flow's output.
    """

    event: str
    data: Mapping[str, Any] = field(default_factory=dict)


C = TypeVar("C", bound=BaseModel)
# For `Field(json_schema_extra=...)` of a node's Config.
RAW: dict[str, Any] = {"expressions": "raw"}
TYPED: dict[str, Any] = {"expressions": "typed"}
JSON: dict[str, Any] = {"expressions": "json"}
ADDRESS: dict[str, Any] = {"expressions": "address"}


class FlowNode(Generic[C]):
    """A kind of node. One instance serves every run: it keeps nothing.

    Attributes:
        kind: `<plugin>.<name>`.
        title, help: what a person reads, marked for translation.
        icon: a name of frontend/icons.txt.
        category: under which it stands in the palette, marked for translation.
        Config: a pydantic model that refuses unknown keys; the form is made of its JSON schema. Texts may hold expressions, which
            are worked out before `run` sees them; a field marked `RAW` is left as it is written, one marked `TYPED` keeps the
            type of what its expression gives. In a text of JSON marked `JSON`, and behind the host of one marked `ADDRESS`, a
            value stays one value.
        example: a configuration without problems, where one with nothing filled in would have some: shown beside the form, and
            what the contract suite runs the node with.
        effect: see `Effect`.
        starts: whether it is a trigger: the first node of a flow, that nothing leads to.
        listens: of a trigger, the types of the events that may start a run.
        waits: whether a run always waits in it for something outside of the flow: only a circle with such a node may be drawn.
        retries: how often a failure that may pass is tried again, with pauses that double from `pause` seconds.
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    help: ClassVar[str] = ""
    icon: ClassVar[str] = "circle"
    category: ClassVar[str] = ""
    Config: ClassVar[type[BaseModel]]
    example: ClassVar[Mapping[str, Any]] = {}
    effect: ClassVar[Effect] = Effect.NONE
    starts: ClassVar[bool] = False
    listens: ClassVar[tuple[str, ...]] = ()
    waits: ClassVar[bool] = False
    retries: ClassVar[int] = 0
    pause: ClassVar[float] = 5.0

    def ports(self, config: C) -> Sequence[Port]:
        """The ways out, which may depend on what was configured."""
        return NEXT

    def problems(self, config: C) -> Sequence[Problem]:
        """What is wrong with a configuration beyond what its model says. `node` is filled in by the caller."""
        return ()

    def requires(self, config: C) -> Sequence[Need]:
        """What of the workspace a configuration names: publishing looks whether it is there, with `lacks`."""
        return ()

    def lacks(self, session: Session, tenant_id: UUID, need: Need) -> str:
        """Why something that `requires` has told cannot be used, and what to do; '' where it can."""
        return ""

    def offers(self, session: Session, tenant_id: UUID) -> Mapping[str, Sequence[Offer]]:
        """What of the workspace its fields can name, by field: people choose from it, also in place of what an import lacks."""
        return {}

    def gives(self, config: C) -> Given:
        """What later steps find of it."""
        return Given()

    def patience(self, config: C) -> tuple[int, float]:
        """How often a failure that may pass is tried again, and the seconds before the first time."""
        return self.retries, self.pause

    def wants(self, values: Mapping[str, Any], config: C) -> bool:
        """Of a trigger: whether an event that it listens to starts a run.

        Args:
            values: what expressions see, the event's data under `trigger`.
        """
        return True

    def timetable(self, config: C) -> Timetable | None:
        """Of a trigger that starts by the clock: when, and for whom. `config` is as it was written."""
        return None

    def run(self, context: Context, config: C) -> Outcome:
        """Do it. An exception counts as a failure that is not tried again."""
        raise NotImplementedError

    def pretend(self, context: Context, config: C) -> Outcome:
        """What a replay takes a step to do that changes something or waits, and that the run has not recorded."""
        ports = self.ports(config)
        return Go(ports[0].name) if ports else Stop()

    def repeatable(self, config: C) -> bool:
        """Whether an OUTSIDE step of which nobody knows whether it was done may simply be done again: since it only reads, or the
        other system tells the same `key` from a new one. `config` is as it was written, its expressions not worked out.
        """
        return False

    def resume(self, context: Context, config: C, woken: Woken) -> Outcome:
        """Go on after a `Wait` or a `Call`."""
        return Go(output=woken.data)
