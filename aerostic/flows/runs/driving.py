"""Driving a run within one transaction: steps, what they changed in the database, state and journal are kept together or not
at all.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.orm import Session

from aerostic.db import utcnow
from aerostic.flows.contract import Call, Woken
from aerostic.flows.engine import Performed, Report
from aerostic.flows.models import Flow, FlowRun
from aerostic.flows.plan import KindError, Plan
from aerostic.flows.runs import journal
from aerostic.flows.runs.beginnings import Begin, Published, fresh, id_of
from aerostic.flows.runs.engines import engine, purse_of
from aerostic.flows.runs.keeping import keep, opened, remains
from aerostic.flows.runs.plans import plans
from aerostic.flows.state import State
from aerostic.messaging.conversations.handling import last_with
from aerostic.messaging.models import Conversation

log = structlog.get_logger(__name__)
# A run whose plugin is off is looked at again so often, and so long.
PLUGIN_PAUSE, PLUGIN_PATIENCE = timedelta(minutes=5), timedelta(days=30)
WITHOUT = "_without"  # since when
REPLY, NOT_PUBLISHED = "reply", "not_published"


def begin(session: Session, version: Published, begins: Begin, parent: FlowRun | None = None) -> FlowRun:
    """Start a run and go as far as it goes. What started one already gives that one."""
    known = session.get(FlowRun, id_of(version, begins))
    return known or begin_anew(session, version, begins, parent)


def begin_anew(session: Session, version: Published, begins: Begin, parent: FlowRun | None = None) -> FlowRun:
    """Start a run of which is known that nothing has started it before, and go as far as it goes."""
    run = FlowRun(
        id=id_of(version, begins),
        **version._asdict(),
        contact_id=begins.contact_id,
        conversation_id=begins.conversation_id,
        parent_id=parent.id if parent else None,
        state="ready",
        steps=0,
        stretch=0,
        started_at=utcnow(),
    )
    keep(run, *fresh(begins))
    go_on(session, run)
    session.add(run)
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
    state.called = str(id_of(version, begins))
    keep(run, state, seen)
    session.add(run)
    session.flush()
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
