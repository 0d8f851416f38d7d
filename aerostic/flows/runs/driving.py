"""Driving a run within one transaction: steps, what they changed in the database, state and journal are kept together or not
at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple, Protocol
from uuid import UUID

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from aerostic.db import caused_by, utcnow
from aerostic.flows.allowances import limits_of
from aerostic.flows.contract import Call, Context, Fail, Outcome, Woken
from aerostic.flows.engine import Engine, Performed, Report
from aerostic.flows.limits import Limits
from aerostic.flows.models import Flow, FlowRun
from aerostic.flows.plan import KindError, Plan, Step
from aerostic.flows.runs import journal
from aerostic.flows.runs.budgets import Purse
from aerostic.flows.runs.ids import run_id
from aerostic.flows.runs.plans import plans
from aerostic.flows.runs.values import contact_values, workspace_values
from aerostic.flows.state import Done, State
from aerostic.messaging.conversations.handling import last_with
from aerostic.messaging.models import Conversation
from aerostic.streams.outage import is_passing

log = structlog.get_logger(__name__)
# A run whose plugin is off is looked at again so often, and so long.
PLUGIN_PAUSE, PLUGIN_PATIENCE = timedelta(minutes=5), timedelta(days=30)
WITHOUT = "_without"  # since when
REPLY, NOT_PUBLISHED = "reply", "not_published"


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


class Running(Protocol):
    """What the engine has to know of a run."""

    @property
    def id(self) -> UUID: ...
    @property
    def tenant_id(self) -> UUID: ...
    @property
    def contact_id(self) -> UUID | None: ...
    @property
    def conversation_id(self) -> UUID | None: ...
    @property
    def started_at(self) -> datetime: ...


def begin(session: Session, version: Published, begins: Begin, parent: FlowRun | None = None) -> FlowRun:
    """Start a run and go as far as it goes. What started one already gives that one."""
    id_ = _id(version, begins)
    known = session.get(FlowRun, id_)
    if known:
        return known
    run = FlowRun(
        id=id_,
        **version._asdict(),
        contact_id=begins.contact_id,
        conversation_id=begins.conversation_id,
        parent_id=parent.id if parent else None,
        state="ready",
    )
    keep(run, *fresh(begins))
    session.add(run)
    session.flush()
    go_on(session, run)
    return run


def fresh(begins: Begin) -> tuple[State, dict[str, Any]]:
    """Where a new run is, and what it sees; its first variables, too, since a replay begins with them."""
    state = State(begins.node, dict(begins.values or {}), depth=begins.depth, chain=list(begins.chain))
    seen = {"trigger": dict(begins.trigger), "message": dict(begins.message), "vars": dict(begins.values or {})}
    return state, {name: value for name, value in seen.items() if value or name != "vars"}


def _id(version: Published, begins: Begin) -> UUID:
    return run_id(begins.cause, str(version.flow_id), begins.node, *filter(None, [begins.nth]))


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
    plan = plan_of(session, run)
    if plan is None:
        return False
    seen.pop(WITHOUT, None)
    purse = purse_of(session, run, plan)
    driven = engine(session, run, plan, state, seen, purse.limits, purse.charge)
    driven.halting = silent(session, run)
    report = driven.advance(woken, performed)
    purse.close()
    if woken and woken.event == REPLY and report.steps:
        report.steps[0] = replace(report.steps[0], heard=str(woken.data.get("id", "")))
    _settle(session, run, state, seen, report)
    return True


def plan_of(session: Session, run: FlowRun) -> Plan | None:
    """What a run goes by. None while a plugin is off that it needs: it is looked at again later, and stopped after 30 days."""
    try:
        return plans().of(session, run.tenant_id, run.version_id)
    except KindError as error:
        _wait_for(session, run, error.kind)
        return None


def _wait_for(session: Session, run: FlowRun, kind: str) -> None:
    (state, seen), now = opened(run), utcnow()
    since = datetime.fromisoformat(seen.setdefault(WITHOUT, now.isoformat()))
    run.reason, run.wake_at = f"plugin:{kind}", now + PLUGIN_PAUSE
    keep(run, state, seen)
    if now - since > PLUGIN_PATIENCE:
        run.state, run.awaits, run.wake_at, run.ended_at = "stopped", "", None, now
        _return(session, run, Report("stopped", [], reason=(run.reason, "")))


def silent(session: Session, run: FlowRun) -> bool:
    """Whether a person answers in the conversation of a run, so that it has to keep silent. One that began before there was any
    conversation with its contact has the one that there is by now.
    """
    if run.contact_id and run.conversation_id is None:
        run.conversation_id = last_with(session, run.tenant_id, run.contact_id)
    talk = session.get(Conversation, run.conversation_id) if run.conversation_id else None
    return talk is not None and talk.handled_by == "person"


def purse_of(session: Session, run: FlowRun, plan: Plan) -> Purse:
    """What a run may use up: by the limits of its workspace, or less where its flow asks for that."""
    limits = limits_of(session, run.tenant_id).narrowed(plan.limits)
    return Purse(session, run.tenant_id, run.contact_id, limits)


def engine(
    session: Session | None,
    run: Running,
    plan: Plan,
    state: State,
    seen: Mapping[str, Any],
    limits: Limits,
    charge: Callable[[Step, int], None] = lambda _step, _amount: None,
) -> Engine:
    """An engine for a run; without a session, for steps that change nothing in the database."""

    def context(node: str, visit: int) -> Context:
        return Context(
            run.tenant_id,
            run.id,
            node,
            f"{key}:{node}:{visit}",
            utcnow(),
            values,
            run.contact_id,
            run.conversation_id,
            chain,
            session,
        )

    key, chain = f"flow:{run.id}", (*state.chain, str(run.id))
    values: dict[str, Any] = dict(seen)
    if session and run.contact_id:
        values["contact"] = contact_values(session, run.tenant_id, run.contact_id)
    if session and "workspace" in plan.names:
        values["workspace"] = workspace_values(session, run.tenant_id)
    protect = partial(_protected, session, chain) if session else _plainly
    limits = limits.granted(state.granted)
    return Engine(plan, state, context, values, limits, utcnow, run.started_at, protect, _broken, charge=charge)


def keep(run: FlowRun, state: State, seen: Mapping[str, Any]) -> None:
    """Keep where a run is."""
    run.going = {"state": state.kept(), **seen}


def remains(seen: Mapping[str, Any], first: Done | None = None) -> dict[str, Any] | None:
    """What is kept of a run that is over: what it began with, for replays; not what stands in its journal or table anyway.

    Args:
        first: its first step, where that is at hand.
    """
    trigger = dict(seen.get("trigger") or {})
    kept = {"trigger": trigger if first is None or first.output != trigger else {}, "vars": seen.get("vars")}
    if not trigger.get("message_id"):
        kept["message"] = seen.get("message")
    return {name: value for name, value in kept.items() if value} or None


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
        if run.awaits == "reply" and run.contact_id and not run.conversation_id:
            run.conversation_id = last_with(session, run.tenant_id, run.contact_id)
    elif report.ending == "outside":
        run.wake_at = utcnow()
    elif report.ending in ("ended", "failed", "stopped"):
        run.ended_at = utcnow()
        if report.ending == "ended":
            run.going = remains(seen, next((step for step in report.steps if step.seq == 1), None))
        _return(session, run, report)
    if report.call:
        _call(session, run, state, seen, report.call)


def _call(session: Session, run: FlowRun, state: State, seen: Mapping[str, Any], call: Call) -> None:
    flow = session.get(Flow, call.flow_id)
    start = _start_of(session, flow) if flow else ""
    if flow is None or flow.published_id is None or not start:
        go_on(session, run, Woken("failed", {"code": NOT_PUBLISHED}))
        return
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
        nth=f"{state.node}:{state.count}",
    )
    version = Published(run.tenant_id, flow.id, flow.published_id)
    state.called = str(_id(version, begins))
    keep(run, state, seen)
    begin(session, version, begins, run)


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
    """The database's own troubles are nobody's fault: the transaction is tried again as a whole."""
    if isinstance(error, DBAPIError) and is_passing(error):
        raise error
    log.error("a node of a flow failed by itself", kind=step.node.kind, exc_info=error)
