"""What a person decides about a run: that it goes on from where it failed, or that it is given up."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic import audit
from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.flows.contract import Effect, Go, Woken
from aerostic.flows.engine import Performed
from aerostic.flows.limits import GRANTED
from aerostic.flows.models import DEAD, OPEN, Flow, FlowRun
from aerostic.flows.plan import KindError, Step
from aerostic.flows.runs.dead import Wanted, oldest
from aerostic.flows.runs.driving import go_on
from aerostic.flows.runs.keeping import keep, opened, remains
from aerostic.flows.runs.plans import plans
from aerostic.flows.runs.waking import Due, one_locked
from aerostic.flows.state import State
from aerostic.words import N_

On = Literal["old", "new"]
WORDS = {
    "over": N_("This run is over, or goes on by itself. Load the page anew."),
    "busy": N_("This step is being done right now. Try again in three minutes."),
    "undecided": N_("Nobody knows whether this step was done. Look at the other system, then say whether it was."),
    "gone": N_("The published version has no such step any more. Go on with the version that the run began with."),
    "not_published": N_("The flow is not published. Publish it, or go on with the version that the run began with."),
    "plugin": N_("A plugin that the flow needs is off. Switch it on, then try again."),
    "limit": N_("Automations set each other off here. Change the flow so that they do not, then start it anew."),
}


class RefusedError(Exception):
    """It cannot be done; the text says why, and what to do.

    Args:
        code: a key of `WORDS`. `undecided`: `was_done` is missing; `limit`: no retry can help.
    """

    def __init__(self, code: str) -> None:
        super().__init__(WORDS[code])
        self.code = code


@dataclass(frozen=True, slots=True)
class Many:
    """What came of retrying many: how many go on, and how many were refused, by the code of `RefusedError`."""

    done: int
    refused: Mapping[str, int]


def retry(
    session: Session,
    run_id: UUID,
    *,
    on: On = "old",
    was_done: bool | None = None,
    output: Mapping[str, Any] | None = None,
) -> FlowRun:
    """Let a dead letter go on from the step where it failed or was stopped; a worker takes it on at once.

    The step is the same visit as before: what has its key is not done twice. Where a flow that the run called has failed, that
    one goes on, and the run with it once it has ended. A limit of steps, visits or spending that stopped it is granted once more.

    Args:
        on: the version that it began with, or the one that is published now.
        was_done: of a step of which nobody knows whether it changed another system (see `undecided`): True goes on behind it,
            False does it again with the same key.
        output: what the step is taken to have given, where it was done.

    Returns:
        The run that goes on.

    Raises:
        LookupError: the scope has no such run.
        RefusedError: see there.
    """
    run = _deepest(session, _run(session, run_id))
    state, seen = _refuse(session, run)
    if on == "new":
        run.version_id = _published(session, run, state.node)
    unsure = _is_undecided(_step(session, run, run.version_id, state.node), run, state)
    if unsure and was_done is None:
        raise RefusedError("undecided")
    if run.state != "unknown":
        state.once_more()
    state.granted += run.reason in GRANTED
    _go(session, run, state, seen)
    if unsure and was_done:
        go_on(session, run, performed=Performed(Go(output=output or {})))
    _note(session, run, "retried", {"on": on, "node": state.node} | ({"was_done": was_done} if unsure else {}))
    return run


def retry_many(tenant_id: UUID, wanted: Wanted, *, on: On = "old", most: int = 500) -> Many:
    """Retry the dead letters of a filter, the oldest first, each in a transaction of its own. Undecided ones are left alone."""
    with transaction(tenant_scope(tenant_id)) as session:
        ids = oldest(session, tenant_id, wanted, most)
    refused: Counter[str] = Counter()
    for run_id in ids:
        try:
            with transaction(tenant_scope(tenant_id)) as session:
                retry(session, run_id, on=on)
        except RefusedError as error:
            refused[error.code] += 1
    return Many(len(ids) - refused.total(), refused)


def undecided(session: Session, run: FlowRun) -> bool:
    """Whether a person has to say first whether the failed step was done: `retry` needs `was_done`."""
    state, _seen = opened(run)
    if run.state not in DEAD or not (state.unsure or run.state == "unknown"):
        return False
    return _is_undecided(_step(session, run, run.version_id, state.node), run, state)


def cancel(session: Session, run_id: UUID) -> FlowRun:
    """Give up a run that waits, or that failed; the flows that it has called too. A flow that called it learns that it failed.

    Raises:
        LookupError: the scope has no such run.
        RefusedError: `over` or `busy`.
    """
    run = _run(session, run_id)
    if run.state in ("ended", "cancelled"):
        raise RefusedError("over")
    _refuse_busy(run)
    give_up(session, run)
    parent = _parent(session, run)
    if parent and parent.state == "calling":
        go_on(session, parent, Woken("failed", {"code": "cancelled"}))
    return run


def give_up(session: Session, run: FlowRun) -> None:
    """Cancel a locked run, and those that it has called."""
    own = select(FlowRun).where(FlowRun.parent_id == run.id, FlowRun.state.in_(OPEN))
    for called in session.scalars(own.with_for_update()).all():
        give_up(session, called)
    was, (_state, seen) = run.state, opened(run)
    run.going = remains(seen)
    run.state, run.awaits, run.wake_at, run.ended_at = "cancelled", "", None, utcnow()
    _note(session, run, "cancelled", {"was": was})


def _run(session: Session, run_id: UUID) -> FlowRun:
    """Locked, in the order in which workers lock."""
    found = session.get(FlowRun, run_id)
    run = one_locked(session, Due(found.id, found.tenant_id, found.conversation_id)) if found else None
    if run is None:
        raise LookupError("no such run")
    return run


def _refuse(session: Session, run: FlowRun) -> tuple[State, dict[str, Any]]:
    if run.state not in DEAD or run.going is None:
        raise RefusedError("over")
    _refuse_busy(run)
    if run.state == "stopped" and run.reason in ("depth", "chain"):
        raise RefusedError("limit")
    return opened(run)


def _refuse_busy(run: FlowRun) -> None:
    if run.state == "unknown" and run.wake_at and run.wake_at > utcnow():
        raise RefusedError("busy")


def _published(session: Session, run: FlowRun, node: str) -> UUID:
    """The published version, where it has the node, and as what it was."""
    flow = session.get(Flow, run.flow_id)
    if flow is None or flow.published_id is None:
        raise RefusedError("not_published")
    was, now = (_step(session, run, version, node) for version in (run.version_id, flow.published_id))
    if was.node.kind != now.node.kind:
        raise RefusedError("gone")
    return flow.published_id


def _step(session: Session, run: FlowRun, version_id: UUID, node: str) -> Step:
    try:
        found = plans().of(session, run.tenant_id, version_id).steps.get(node)
    except KindError:
        raise RefusedError("plugin") from None
    if found is None:
        raise RefusedError("gone")
    return found


def _is_undecided(step: Step, run: FlowRun, state: State) -> bool:
    unsure = run.state == "unknown" or state.unsure
    return unsure and step.node.effect is Effect.OUTSIDE and not step.node.repeatable(step.config.model)


def _deepest(session: Session, run: FlowRun) -> FlowRun:
    """The run itself, or the dead one that it called and failed for."""
    called = _failed_for(run)
    found = session.get(FlowRun, called, with_for_update=True) if called else None
    return _deepest(session, found) if found and found.state in DEAD else run


def _failed_for(run: FlowRun) -> UUID | None:
    """Which run it was that a failed one had called, and that did not come to its end."""
    called = opened(run)[0].called if run.state == "failed" else ""
    return UUID(called) if called else None


def _parent(session: Session, run: FlowRun) -> FlowRun | None:
    return session.get(FlowRun, run.parent_id, with_for_update=True) if run.parent_id else None


def _go(session: Session, run: FlowRun, state: State, seen: Mapping[str, Any]) -> None:
    """Put a run before the workers."""
    if run.state != "unknown":
        _tie(session, run)
    keep(run, state, seen)
    run.state, run.reason, run.wake_at, run.ended_at = "ready", "", utcnow(), None


def _tie(session: Session, run: FlowRun) -> None:
    """A run that failed since this one did waits for it again; one that went another way is not told any more."""
    parent = _parent(session, run)
    if parent and _failed_for(parent) == run.id:
        _tie(session, parent)
        parent.state, parent.reason, parent.ended_at = "calling", "", None
    else:
        run.parent_id = None


def _note(session: Session, run: FlowRun, verb: str, after: dict[str, Any]) -> None:
    audit.record(session, audit.Act(run.tenant_id, f"flow.run_{verb}", f"flow_run:{run.id}", after=after))
