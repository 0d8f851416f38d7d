"""Flows as they are drawn: made, saved so that nobody's work is overwritten unseen, published, and restored."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from aerostic import audit
from aerostic.db import new_id, utcnow
from aerostic.flows.contract import Problem
from aerostic.flows.document import Document
from aerostic.flows.hooks import keeping
from aerostic.flows.hooks.contract import HookTrigger
from aerostic.flows.kinds import kinds_of
from aerostic.flows.models import OPEN, Flow, FlowRun, FlowTrigger, FlowVersion
from aerostic.flows.needs import check_here
from aerostic.flows.runs import scheduling, waves
from aerostic.flows.switched import live
from aerostic.words import N_

LONGEST_NAME = 100
NAME = N_("A flow needs a name of at most 100 characters.")


class StaleError(Exception):
    """Somebody else has saved the flow meanwhile; `revision` is theirs."""

    def __init__(self, revision: int) -> None:
        super().__init__(N_("Somebody else has changed this flow meanwhile. Load it anew, or save yours as a copy."))
        self.revision = revision


class GoingError(Exception):
    """The flow cannot be deleted while runs of it go on."""

    def __init__(self) -> None:
        super().__init__(
            N_("Runs of this flow still go on. Wait until they have ended, or cancel them; then delete it.")
        )


class NotReadyError(Exception):
    """The flow cannot be published as it is; `problems` says why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(N_("This flow cannot be published yet. Mend what is marked, then try again."))
        self.problems = problems


def create(session: Session, tenant_id: UUID, name: str, document: Document, *, flow_id: UUID | None = None) -> Flow:
    """A new flow. With the id of one that is there already, that one.

    Raises:
        ValueError: no name, or one that is too long.
    """
    known = session.get(Flow, flow_id) if flow_id else None
    if known:
        return known
    flow = Flow(tenant_id=tenant_id, id=flow_id or new_id(), name=_named(name), draft=document.kept())
    session.add(flow)
    session.flush()
    _note(session, flow, "created", {"name": flow.name})
    return flow


def save(session: Session, flow_id: UUID, document: Document, revision: int, name: str | None = None) -> Flow:
    """Save the draft over the revision that it was made from.

    Raises:
        LookupError: there is no such flow.
        StaleError: it has another revision by now; nothing is changed.
        ValueError: a name that cannot be taken.
    """
    flow = locked(session, flow_id)
    if flow.revision != revision:
        raise StaleError(flow.revision)
    flow.draft, flow.updated_at = document.kept(), utcnow()
    flow.name = flow.name if name is None else _named(name)
    flow.revision += 1
    return flow


def publish(session: Session, flow_id: UUID, *, user_id: UUID | None, note: str = "") -> FlowVersion:
    """Make the draft the version that new runs take. Runs that go on keep theirs; the same draft again is no new version.

    Raises:
        LookupError: there is no such flow.
        NotReadyError: something blocks it.
    """
    flow = locked(session, flow_id)
    document = Document.of(flow.draft)
    kinds = kinds_of(session, flow.tenant_id)
    problems = check_here(session, flow.tenant_id, document, flow.id)
    if any(problem.blocks for problem in problems):
        raise NotReadyError(problems)
    newest = session.get(FlowVersion, flow.published_id) if flow.published_id else None
    if newest and newest.document == flow.draft:
        return newest
    last = session.scalar(select(func.max(FlowVersion.number)).where(FlowVersion.flow_id == flow.id)) or 0
    version = FlowVersion(
        tenant_id=flow.tenant_id,
        flow_id=flow.id,
        number=last + 1,
        document=flow.draft,
        note=note[:500],
        published_by=user_id,
    )
    session.add(version)
    session.flush()
    flow.published_id = version.id
    scheduling.set_up(session, version, document, kinds)
    nodes = live(document).nodes
    _listen(session, version, [(node.id, event) for node in nodes for event in kinds[node.kind].listens])
    hooked = [node.id for node in nodes if isinstance(kinds[node.kind], HookTrigger)]
    keeping.ensure(session, flow.tenant_id, flow.id, hooked)
    _note(session, flow, "published", {"version": version.number})
    return version


def pause(session: Session, flow_id: UUID) -> None:
    """Let nothing start the flow any more, until it is published again; runs that go on do."""
    flow = locked(session, flow_id)
    if flow.published_id:
        flow.published_id = None
        session.execute(delete(FlowTrigger).where(FlowTrigger.flow_id == flow.id))
        scheduling.forget(session, flow.id)
        waves.forget(session, flow.id)
        _note(session, flow, "paused")


def remove(session: Session, flow_id: UUID) -> None:
    """Delete a flow with its versions and all that its runs have left.

    Raises:
        LookupError: there is no such flow.
        GoingError: runs of it go on; nothing is changed.
    """
    flow = locked(session, flow_id)
    own = FlowRun.flow_id == flow.id
    if session.scalar(select(FlowRun.id).where(own, FlowRun.state.in_(OPEN)).limit(1)):
        raise GoingError
    session.execute(delete(FlowRun).where(own))
    session.delete(flow)
    _note(session, flow, "deleted", {"name": flow.name})


def versions(session: Session, flow_id: UUID) -> list[FlowVersion]:
    """The versions of a flow, the newest first."""
    own = select(FlowVersion).where(FlowVersion.flow_id == flow_id)
    return list(session.scalars(own.order_by(FlowVersion.number.desc())))


def locked(session: Session, flow_id: UUID) -> Flow:
    """A flow that nobody else changes until the transaction ends.

    Raises:
        LookupError: the scope has no such flow.
    """
    flow = session.get(Flow, flow_id, with_for_update=True)
    if flow is None:
        raise LookupError("no such flow")
    return flow


def _listen(session: Session, version: FlowVersion, heard: list[tuple[str, str]]) -> None:
    session.execute(delete(FlowTrigger).where(FlowTrigger.flow_id == version.flow_id))
    own = {"tenant_id": version.tenant_id, "flow_id": version.flow_id, "version_id": version.id}
    session.add_all(FlowTrigger(**own, node=node, event=event) for node, event in heard)


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise ValueError(NAME)
    return name


def _note(session: Session, flow: Flow, verb: str, after: dict[str, Any] | None = None) -> None:
    audit.record(session, audit.Act(flow.tenant_id, f"flow.{verb}", f"flow:{flow.id}", after=after or {}))
