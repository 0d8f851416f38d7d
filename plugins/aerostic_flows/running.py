"""A run as a page shows it: its steps with their nodes' names, and the runs around it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.sdk.automation import Document, Done, Flow, FlowRun, Kinds

from .outline import icon_of, kind_of, ports_of, title_of

# Of the runs that a run has called, those that are named.
MOST_CALLED = 50


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A line of the journal.

    Args:
        title: of the node.
        kind: title of the kind.
        port: title of the port that was taken; '' where there is no choice.
    """

    done: Done
    title: str
    kind: str
    icon: str
    port: str


@dataclass(frozen=True, slots=True)
class Beside:
    """A run that called this one, or was called by it."""

    id: UUID
    flow: str
    state: str


def named(steps: Iterable[Done], document: Document, kinds: Kinds) -> list[ShownStep]:
    """Steps with the names of their nodes; what the document does not have is named by its id."""
    nodes = {node.id: node for node in document.nodes}
    ports = {node.id: ports_of(node, kinds) for node in document.nodes}
    found = []
    for done in steps:
        node = nodes.get(done.node)
        port = ports.get(done.node, {}).get(done.port, done.port)
        title, kind = (title_of(node, kinds), kind_of(node, kinds)) if node else (done.node, "")
        found.append(ShownStep(done, title, kind, icon_of(node, kinds), port))
    return found


def parent_of(session: Session, run: FlowRun) -> Beside | None:
    """The run that called this one."""
    return next(iter(_beside(session, FlowRun.id == run.parent_id)), None) if run.parent_id else None


def called_by(session: Session, run: FlowRun) -> list[Beside]:
    """The runs that this one has called, the first ones first."""
    return _beside(session, FlowRun.parent_id == run.id)


def _beside(session: Session, where: object) -> list[Beside]:
    columns = select(FlowRun.id, Flow.name, FlowRun.state).join(Flow, Flow.id == FlowRun.flow_id)
    return [Beside(*row) for row in session.execute(columns.where(where).order_by(FlowRun.id).limit(MOST_CALLED))]  # type: ignore[arg-type]
