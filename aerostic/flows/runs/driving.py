"""Driving a run within one transaction: steps, what they changed in the database, state and journal are kept together or not
at all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from aerostic.db import utcnow
from aerostic.flows.contract import Call, Context, Fail, Outcome, Woken
from aerostic.flows.engine import Engine, Performed, Report
from aerostic.flows.limits import Limits
from aerostic.flows.models import Flow, FlowRun
from aerostic.flows.plan import KindError, Plan, Step
from aerostic.flows.runs import journal
from aerostic.flows.runs.ids import run_id
from aerostic.flows.runs.plans import plans
from aerostic.flows.runs.values import contact_values
from aerostic.flows.state import State
from aerostic.messaging.models import Conversation
from aerostic.streams.outage import is_passing

log = structlog.get_logger(__name__)
PLATFORM_LIMITS = Limits()
# A step whose plugin is off is looked at again so often.
PLUGIN_PAUSE = timedelta(minutes=5)
REPLY = "reply"
NOT_PUBLISHED = "not_published"


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
        step: of a cause that may start the flow more than once: which step of it.
        trigger: the event's data, under `trigger` in expressions.
        message: under `message`.
        depth: of flows that call flows.
        chain: of events that led here.
        values: variables to begin with.
    """

    node: str
    cause: UUID
    trigger: Mapping[str, Any]
    message: Mapping[str, Any]
    contact_id: UUID | None = None
    conversation_id: UUID | None = None
    step: tuple[str, ...] = ()
    depth: int = 0
    chain: tuple[str, ...] = ()
    values: Mapping[str, Any] | None = None


def begin(session: Session, version: Published, begins: Begin, parent: FlowRun | None = None) -> FlowRun:
    """Start a run and go as far as it goes. What started one already gives that one."""
    id_ = run_id(begins.cause, str(version.flow_id), begins.node, *begins.step)
    known = session.get(FlowRun, id_)
    if known:
        return known
    state = State(begins.node, dict(begins.values or {}), depth=begins.depth, chain=list(begins.chain))
    run = FlowRun(
        id=id_,
        **version._asdict(),
        contact_id=begins.contact_id,
        conversation_id=begins.conversation_id,
        parent_id=parent.id if parent else None,
        state="ready",
    )
    keep(run, state, {"trigger": dict(begins.trigger), "message": dict(begins.message)})
    session.add(run)
    session.flush()
    go_on(session, run)
    return run


def go_on(session: Session, run: FlowRun, woken: Woken | None = None, performed: Performed | None = None) -> bool:
    """Take a locked run on from where it was kept. While a person answers in its conversation, it rests after one step.

    Args:
        woken: why a waiting one goes on.
        performed: what came of its step that changes another system.

    Returns:
        Whether it could; not while a plugin is off that it needs: then it is looked at again later.
    """
    state, seen = opened(run)
    if woken and woken.event == REPLY:
        seen["message"] = dict(woken.data)
    try:
        plan = plans().of(session, run.tenant_id, run.version_id)
    except KindError as error:
        run.reason, run.wake_at = f"plugin:{error.kind}", utcnow() + PLUGIN_PAUSE
        return False
    driven = engine(session, run, plan, state, seen)
    driven.halting = silent(session, run)
    _settle(session, run, state, seen, driven.advance(woken, performed))
    return True


def silent(session: Session, run: FlowRun) -> bool:
    """Whether a person answers in the conversation of a run, so that it has to keep silent."""
    talk = session.get(Conversation, run.conversation_id) if run.conversation_id else None
    return talk is not None and talk.handled_by == "person"


def engine(session: Session, run: FlowRun, plan: Plan, state: State, seen: Mapping[str, Any]) -> Engine:
    """An engine for a run. `session` is the run's own transaction."""

    def context(node: str, visit: int) -> Context:
        return Context(
            run.tenant_id,
            run.id,
            node,
            f"flow:{run.id}:{node}:{visit}",
            utcnow(),
            values,
            run.contact_id,
            run.conversation_id,
            (*state.chain, str(run.id)),
            session,
        )

    values: dict[str, Any] = dict(seen)
    if run.contact_id:
        values["contact"] = contact_values(session, run.tenant_id, run.contact_id)
    protect = partial(_protected, session)
    return Engine(plan, state, context, values, PLATFORM_LIMITS, utcnow, run.started_at, protect, _broken)


def keep(run: FlowRun, state: State, seen: Mapping[str, Any]) -> None:
    """Keep where a run is."""
    run.going = {"state": state.kept(), **seen}


def opened(run: FlowRun) -> tuple[State, dict[str, Any]]:
    """Where a run is, and what it saw besides."""
    kept = dict(run.going or {})
    return State.of(kept.pop("state", {})), kept


def _settle(session: Session, run: FlowRun, state: State, seen: dict[str, Any], report: Report) -> None:
    journal.add(session, run, report.steps)
    run.awaits, run.wake_at, run.reason = "", None, report.reason[0]
    run.state = report.ending
    keep(run, state, seen)
    if report.wait:
        run.awaits, run.wake_at = report.wait.event, report.wait.until
    elif report.ending == "outside":
        run.wake_at = utcnow()
    elif report.ending in ("ended", "failed", "stopped"):
        run.ended_at = utcnow()
        if report.ending == "ended":
            run.going = None
        _return(session, run, report)
    if report.call:
        _call(session, run, state, report.call)


def _call(session: Session, run: FlowRun, state: State, call: Call) -> None:
    flow = session.get(Flow, call.flow_id)
    start = _start_of(session, flow) if flow else ""
    if flow is None or flow.published_id is None or not start:
        go_on(session, run, Woken("failed", {"code": NOT_PUBLISHED}))
        return
    begins = Begin(
        node=start,
        cause=run.id,
        step=(str(state.count),),
        trigger={},
        message={},
        contact_id=run.contact_id,
        conversation_id=run.conversation_id,
        depth=state.depth + 1,
        chain=tuple(state.chain),
        values=call.values,
    )
    begin(session, Published(run.tenant_id, flow.id, flow.published_id), begins, run)


def _return(session: Session, run: FlowRun, report: Report) -> None:
    """Let the run go on that called this one."""
    parent = session.get(FlowRun, run.parent_id, with_for_update=True) if run.parent_id else None
    if parent and parent.state == "calling":
        woken = "flow" if report.ending == "ended" else "failed"
        go_on(session, parent, Woken(woken, dict(report.output) or {"code": report.reason[0]}))


def _start_of(session: Session, flow: Flow) -> str:
    """The node that a flow begins at; '' where it cannot be run: it is not published, or a plugin is off."""
    try:
        plan = plans().of(session, flow.tenant_id, flow.published_id) if flow.published_id else Plan({})
    except KindError:
        return ""
    return next((step.id for step in plan.steps.values() if step.node.starts), "")


def _protected(session: Session, do: Callable[[], Outcome]) -> Outcome:
    """Within a savepoint: what a step has changed before it fails is taken back."""
    with session.begin_nested() as savepoint:
        outcome = do()
        if isinstance(outcome, Fail):
            savepoint.rollback()
        return outcome


def _broken(step: Step, error: Exception) -> None:
    """The database's own troubles are nobody's fault: the transaction is tried again as a whole."""
    if isinstance(error, DBAPIError) and is_passing(error):
        raise error
    log.error("a node of a flow failed by itself", kind=step.node.kind, exc_info=error)
