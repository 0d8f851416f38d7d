"""Driving a run within one transaction: steps, what they changed in the database, state and journal are kept together or not
at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from aerostic.db import caused_by, utcnow
from aerostic.flows.allowances import limits_of
from aerostic.flows.contract import Call, Context, Fail, Outcome, Woken
from aerostic.flows.engine import Engine, Performed, Report
from aerostic.flows.models import Flow, FlowRun
from aerostic.flows.plan import KindError, Plan, Step
from aerostic.flows.runs import journal
from aerostic.flows.runs.budgets import Purse
from aerostic.flows.runs.ids import run_id
from aerostic.flows.runs.plans import plans
from aerostic.flows.runs.telling import talk_of
from aerostic.flows.runs.values import contact_values
from aerostic.flows.state import State
from aerostic.messaging.models import Conversation

log = structlog.get_logger(__name__)
# A step whose plugin is off is looked at again so often.
PLUGIN_PAUSE = timedelta(minutes=15)
NOT_PUBLISHED = ("not_published", "The flow that was called is not published.")


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


def begin(session: Session, version: Published, begins: Begin, parent: FlowRun | None = None) -> FlowRun:
    """Start a run and go as far as it goes. What started one already gives that one."""
    id_ = run_id(begins.cause, str(version.flow_id), begins.node)
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


def go_on(session: Session, run: FlowRun, woken: Woken | None = None, performed: Performed | None = None) -> None:
    """Take a locked run on from where it was kept. While a person answers in its conversation, it rests after one step.

    Args:
        woken: why a waiting one goes on.
        performed: what came of its step that changes another system.
    """
    state, seen = opened(run)
    if woken and woken.event == "reply":
        seen["message"] = dict(woken.data)
    try:
        plan = plans().of(session, run.tenant_id, run.version_id)
    except KindError as error:
        run.reason, run.wake_at = f"plugin:{error.kind}", utcnow() + PLUGIN_PAUSE
        return
    purse = purse_of(session, run, plan)
    driven = engine(session, run, plan, state, seen, purse)
    driven.halting = silent(session, run)
    report = driven.advance(woken, performed)
    purse.close()
    _settle(session, run, state, seen, report)


def silent(session: Session, run: FlowRun) -> bool:
    """Whether a person answers in the conversation of a run, so that it has to keep silent. One that began before there was any
    conversation with its contact has the one that there is by now.
    """
    if run.contact_id and run.conversation_id is None:
        run.conversation_id = talk_of(session, run.tenant_id, run.contact_id)
    talk = session.get(Conversation, run.conversation_id) if run.conversation_id else None
    return talk is not None and talk.handled_by == "person"


def purse_of(session: Session, run: FlowRun, plan: Plan) -> Purse:
    """What a run may use up: by the limits of its workspace, or less where its flow asks for that."""
    limits = limits_of(session, run.tenant_id).narrowed(plan.limits)
    return Purse(session, run.tenant_id, run.contact_id, limits)


def engine(
    session: Session | None, run: FlowRun, plan: Plan, state: State, seen: Mapping[str, Any], purse: Purse
) -> Engine:
    """An engine for a run; without a session, for a step that changes another system."""

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
    if session and run.contact_id:
        values["contact"] = contact_values(session, run.tenant_id, run.contact_id)
    protect = partial(_protected, session, (*state.chain, str(run.id))) if session else _plainly
    return Engine(
        plan, state, context, values, purse.limits, utcnow, run.started_at, protect, _broken, charge=purse.charge
    )


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
    if flow is None or flow.published_id is None:
        go_on(session, run, Woken("failed", {"code": NOT_PUBLISHED[0]}))
        return
    start = _start_of(plans().of(session, run.tenant_id, flow.published_id))
    begins = Begin(
        node=start,
        cause=run.id,
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


def _start_of(plan: Plan) -> str:
    return next(step.id for step in plan.steps.values() if step.node.starts)


def _protected(session: Session, chain: Sequence[str], do: Callable[[], Outcome]) -> Outcome:
    """Within a savepoint: what a step has changed before it fails is taken back. What it announces tells the run's chain."""
    with caused_by(session, chain), session.begin_nested() as savepoint:
        outcome = do()
        if isinstance(outcome, Fail):
            savepoint.rollback()
        return outcome


def _plainly(do: Callable[[], Outcome]) -> Outcome:
    return do()


def _broken(step: Step, error: Exception) -> None:
    log.error("a node of a flow failed by itself", kind=step.node.kind, exc_info=error)
