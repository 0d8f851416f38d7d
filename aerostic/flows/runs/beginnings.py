"""What a run begins with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from aerostic.flows.runs.ids import run_id
from aerostic.flows.state import State


class Published(NamedTuple):
    """A version of a tenant's flow that runs begin with."""

    tenant_id: UUID
    flow_id: UUID
    version_id: UUID


@dataclass(frozen=True, slots=True)
class Begin:
    """What a new run begins with.

    Args:
        node: the trigger.
        cause: id of what started it.
        trigger: the event's data, under `trigger` in expressions.
        message: under `message`.
        depth: of flows that call flows.
        chain: of events that led here.
        values: variables to begin with.
        nth: tells what one cause begins more than once, such as a step of a flow that calls another in a circle.
    """

    node: str
    cause: UUID
    trigger: Mapping[str, Any]
    message: Mapping[str, Any]
    contact_id: UUID | None = None
    conversation_id: UUID | None = None
    depth: int = 0
    chain: tuple[str, ...] = ()
    values: Mapping[str, Any] | None = None
    nth: str = ""


def fresh(begins: Begin) -> tuple[State, dict[str, Any]]:
    """Where a new run is, and what it sees; its first variables, too, since a replay begins with them."""
    state = State(begins.node, dict(begins.values or {}), depth=begins.depth, chain=list(begins.chain))
    seen = {"trigger": dict(begins.trigger), "message": dict(begins.message)}
    return state, seen | {"vars": dict(begins.values)} if begins.values else seen


def id_of(version: Published, begins: Begin) -> UUID:
    """The id of the run that comes of it."""
    return run_id(begins.cause, str(version.flow_id), begins.node, *filter(None, [begins.nth]))
