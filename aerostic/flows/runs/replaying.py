"""Replaying a run: along the version it began with, another one, or a draft; without side effects and without cost.

What it needs is read in a transaction that PostgreSQL lets only read. Then the engine goes, in memory: it is given no session,
and every node that would change something is answered in place of being run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.db import tenant_scope, transaction
from aerostic.flows.allowances import limits_of
from aerostic.flows.checking import check
from aerostic.flows.document import Document
from aerostic.flows.drafts import NotReadyError
from aerostic.flows.kinds import kinds_of
from aerostic.flows.limits import Limits
from aerostic.flows.models import FlowRun, FlowVersion
from aerostic.flows.plan import Plan
from aerostic.flows.runs import journal
from aerostic.flows.runs.plans import plans
from aerostic.flows.runs.recording import Recording, Seen
from aerostic.flows.runs.rehearsing import Rehearsal
from aerostic.flows.state import Done, State
from aerostic.words import N_

ONLY_READ = text("SET TRANSACTION READ ONLY")
NOTHING = N_("Nothing is kept any more of what this run did.")
NO_STEP = N_("The run has no step of this number.")
NO_NODE = N_("The version has no such step as the one to begin with. Begin with another one.")


class GoneError(LookupError):
    """The version has no such node as the one to begin with, or the run no such step; the text says which."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of it.

    Args:
        recorded: the steps of the run, as its journal has them, from the one that the replay began with.
        steps: those of the replay.
        assumed: the `seq` of steps of the replay that the run has not recorded: they were taken to do what their nodes pretend.
        ending: `ended`, `failed` or `stopped`.
        reason: code and words, of the last two.
    """

    recorded: list[Done]
    steps: list[Done]
    assumed: frozenset[int]
    ending: str
    reason: tuple[str, str] = ("", "")


def replay(
    tenant_id: UUID,
    run_id: UUID,
    *,
    version_id: UUID | None = None,
    document: Document | None = None,
    from_step: int = 1,
) -> Replayed:
    """Run a run again in memory. It reads in a read-only transaction of its own, and gives its nodes no session.

    Steps that change nothing are worked out anew; those that would, and waits, are answered as the run has recorded it. Time,
    trigger and messages are as they were; the contact is as it is now. A step that was tried again is tried again.

    Args:
        version_id: another version of the flow; that of the run where neither this nor `document` is given.
        document: a draft.
        from_step: `seq` of the recorded step to begin with; what was before is as it was recorded.

    Raises:
        LookupError: the tenant has no such run, or no such version; `GoneError` among them.
        NotReadyError: the draft has problems that block.
        KindError: a plugin that is needed is off.
    """
    with transaction(tenant_scope(tenant_id)) as session:
        session.execute(ONLY_READ)
        run = session.get(FlowRun, run_id)
        if run is None:
            raise LookupError("no such run")
        lines = journal.read(session, run)
        seen = Seen.of(session, run, lines)
        own = plans().of(session, tenant_id, run.version_id)
        plan = _plan(session, run, version_id, document)
        limits = limits_of(session, tenant_id).narrowed(plan.limits)
    state = _begin(run, own, lines, seen, from_step, limits)
    if state.node not in plan.steps:
        raise GoneError(NO_NODE)
    rehearsal = Rehearsal(run, plan, Recording(lines, from_step), seen.before(lines[: from_step - 1]), limits, state)
    report = rehearsal.go()
    recorded = [line for line in lines if line.seq >= from_step]
    return Replayed(recorded, report.steps, frozenset(rehearsal.guessed), report.ending, report.reason)


def _plan(session: Session, run: FlowRun, version_id: UUID | None, document: Document | None) -> Plan:
    if document is not None:
        kinds = kinds_of(session, run.tenant_id)
        problems = check(document, kinds)
        if any(problem.blocks for problem in problems):
            raise NotReadyError(problems)
        return Plan.of(document, kinds)
    version = session.get(FlowVersion, version_id or run.version_id)
    if version is None or version.flow_id != run.flow_id:
        raise LookupError("no such version")
    return plans().of(session, run.tenant_id, version.id)


def _begin(run: FlowRun, plan: Plan, lines: Sequence[Done], seen: Seen, step: int, limits: Limits) -> State:
    """The run before one of its steps: the record is followed up to there."""
    if not lines:
        raise GoneError(NOTHING)
    if not 1 <= step <= lines[-1].seq:
        raise GoneError(NO_STEP)
    state = State(lines[0].node, dict(seen.begun))
    if step == 1:
        return state
    if state.node not in plan.steps:
        raise GoneError(NO_NODE)
    Rehearsal(run, plan, Recording(lines), seen, limits, state, until=step).go()
    if state.count != step or state.node != lines[step - 1].node:
        raise GoneError(NO_NODE)
    state.count -= 1
    state.visits[state.node] -= not state.resuming and not state.attempt
    return state
