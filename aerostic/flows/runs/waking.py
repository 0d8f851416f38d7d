"""Runs that go on by themselves: what is due is taken in turn, each in a transaction of its own; and what changes another
system is noted before it begins, so that nobody begins it again blindly after a crash.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import service_scope, tenant_scope, transaction, utcnow
from aerostic.flows.contract import Fail, Woken
from aerostic.flows.engine import Performed
from aerostic.flows.models import FlowRun
from aerostic.flows.runs import later
from aerostic.flows.runs.boldly import boldly
from aerostic.flows.runs.driving import REPLY, go_on, plan_of, silent
from aerostic.flows.runs.engines import engine, purse_of
from aerostic.flows.runs.keeping import opened
from aerostic.flows.runs.plans import plans
from aerostic.flows.runs.starting import catch_up
from aerostic.messaging.conversations.handling import all_locked
from aerostic.messaging.models import Conversation
from aerostic.streams.outage import is_passing
from aerostic.words import N_

log = structlog.get_logger(__name__)
SERVICE = service_scope("flows")
BATCH = 200
# Runs that go on in one transaction: their conversations are locked as long as it takes.
TOGETHER = 50
# Longer than any step may take that changes another system: after it, nobody is at it any more.
LEASE = timedelta(minutes=3)
# What could not be taken on at all is tried again after it.
PAUSE = timedelta(minutes=5)
# While a person answers in the conversation of a run that is due, it is looked at again so often.
SILENCE = timedelta(minutes=1)
# Before each further try to keep what came of a step that changed another system; in all less than the lease.
PAUSES = (0.1, 0.5, 2.0, 10.0, 30.0)
UNKNOWN = Performed(
    Fail(
        "unknown",
        N_("The process ended in the middle of this step: nobody knows whether it was done. Look, then decide."),
        unsure=True,
    )
)


class Due(NamedTuple):
    """A run that is to go on. `outside` if its next step changes another system."""

    id: UUID
    tenant_id: UUID
    conversation_id: UUID | None
    outside: bool = False


def due(limit: int = BATCH, *, outside: bool | None = None, without: Sequence[UUID] = ()) -> list[Due]:
    """The runs that are to go on now, those first that have been so the longest.

    Args:
        outside: only those whose next step changes another system, or only the others.
        without: tenants that have had their share.
    """
    at = FlowRun.state == "outside"
    chosen = select(FlowRun.id, FlowRun.tenant_id, FlowRun.conversation_id, at).where(FlowRun.wake_at <= utcnow())
    if outside is not None:
        chosen = chosen.where(at == outside)
    if without:
        chosen = chosen.where(FlowRun.tenant_id.not_in(without))
    with transaction(SERVICE) as session:
        return [Due(*row) for row in session.execute(chosen.order_by(FlowRun.wake_at).limit(limit))]


def pieces(runs: Iterable[Due]) -> Iterator[list[Due]]:
    """What may go on in one transaction: runs of one tenant; one that changes another system has its own."""
    inside: dict[UUID, list[Due]] = {}
    for run in runs:
        if run.outside:
            yield [run]
        else:
            inside.setdefault(run.tenant_id, []).append(run)
    for own in inside.values():
        yield from (own[start : start + TOGETHER] for start in range(0, len(own), TOGETHER))


def wake_due(limit: int = BATCH) -> int:
    """Take what is due on. Needs an application context. Returns how many went on."""
    return sum(map(take_on, pieces(due(limit))))


def take_on(runs: Sequence[Due]) -> int:
    """Take runs of one tenant on; returns how many went on. Where one cannot, the others go on without it, and it is put off."""
    if not runs[0].outside:
        with suppress(Exception):  # what is wrong shows where each is taken by itself
            return wake_together(runs)
    return sum(map(_by_itself, runs))


def _by_itself(run: Due) -> bool:
    try:
        return wake(run)
    except Exception as error:
        if is_passing(error):
            log.warning("a run of a flow has to wait", run=str(run.id), reason=type(error).__name__)
            return False
        log.exception("a run of a flow did not go on", run=str(run.id))
        _put_off(run)
        return False


def wake_together(runs: Sequence[Due]) -> int:
    """Take runs of one tenant on that go on within the database, in one transaction. Returns how many were still to go on."""
    with transaction(tenant_scope(runs[0].tenant_id)) as session, boldly(session):
        return sum(_woken(session, row) for row in locked(session, runs, patient=False))


def wake(run: Due) -> bool:
    """Take one run on. Answers whether it was still to go on: somebody else may be at it, or have been quicker."""
    with transaction(tenant_scope(run.tenant_id)) as session:
        row = one_locked(session, run, patient=False)
        if row is None or row.state != "outside":
            return row is not None and _woken(session, row)
        if not _is_due(row):
            return False
        plan = None if _hushed(session, row) else plan_of(session, row)
        if plan is None:
            return True
        (state, seen), purse = opened(row), purse_of(session, row, plan)
        noted = engine(session, row, plan, state, seen, purse.limits, purse.charge)
        row.state, row.wake_at = "unknown", utcnow() + LEASE
        lease = row.wake_at
    _keep(run, lease, noted.perform())
    return True


def _woken(session: Session, row: FlowRun) -> bool:
    """Let a run go on as far as that is within the database."""
    if not _is_due(row) or row.state == "outside":
        return False
    if not _hushed(session, row):
        _go_on(session, row)
    return True


def _is_due(row: FlowRun) -> bool:
    return row.wake_at is not None and row.wake_at <= utcnow()


def _hushed(session: Session, row: FlowRun) -> bool:
    """Whether a person answers in its conversation: then it is looked at again later."""
    if hushed := silent(session, row):
        row.wake_at = utcnow() + SILENCE
    return hushed


def _go_on(session: Session, row: FlowRun) -> None:
    """Whatever it waited for: what was put by for it comes first."""
    if row.state == "unknown" and plan_of(session, row) is None:
        return
    waiting, row.reason = later.take(row), ""
    if row.state == "unknown":
        _resolve(session, row)
    elif not (waiting and row.awaits == REPLY):
        go_on(session, row, Woken("time") if opened(row)[0].resuming else None)
    catch_up(session, row.tenant_id, waiting)


def _keep(run: Due, lease: datetime, performed: Performed) -> None:
    """Keep what came of a step that changed another system, whatever is in the way; it would not be known any more."""
    for pause in (*PAUSES, None):
        try:
            return _kept(run, lease, performed)
        except Exception as error:
            if pause is None or not is_passing(error):
                raise
        time.sleep(pause)
    return None


def _kept(run: Due, lease: datetime, performed: Performed) -> None:
    """Unless it was decided otherwise meanwhile."""
    with transaction(tenant_scope(run.tenant_id)) as session:
        row = one_locked(session, run)
        if row and (row.state, row.wake_at) == ("unknown", lease):
            waiting = later.take(row)
            go_on(session, row, performed=performed)
            catch_up(session, run.tenant_id, waiting)


def locked(session: Session, runs: Sequence[Due], *, patient: bool = True) -> list[FlowRun]:
    """Runs of one tenant, locked; their conversations first, as where messages come in. Those that are gone are left out.

    Args:
        patient: whether to wait for those that somebody else has locked; else they are left out, too.
    """
    tenant_id, talks = runs[0].tenant_id, {run.conversation_id for run in runs if run.conversation_id}
    missing = talks - all_locked(session, tenant_id, talks, patient=patient).keys()
    # Where one is gone its contact was erased; nobody else can be at it.
    own = select(Conversation.id).where(Conversation.tenant_id == tenant_id, Conversation.id.in_(missing))
    busy = set(session.scalars(own)) if missing else set()
    ids = [run.id for run in runs if run.conversation_id not in busy]
    chosen = select(FlowRun).where(FlowRun.tenant_id == tenant_id, FlowRun.id.in_(ids))
    ordered = chosen.order_by(FlowRun.wake_at, FlowRun.id).with_for_update(skip_locked=not patient)
    return list(session.scalars(ordered.execution_options(populate_existing=True)))


def one_locked(session: Session, run: Due, *, patient: bool = True) -> FlowRun | None:
    """The same for one run."""
    return next(iter(locked(session, [run], patient=patient)), None)


def _resolve(session: Session, row: FlowRun) -> None:
    """The process that was at it is gone: do it again where that is harmless, else let the flow or a person decide."""
    step = plans().of(session, row.tenant_id, row.version_id).steps[opened(row)[0].node]
    if step.node.repeatable(step.config.model):
        row.state, row.wake_at = "outside", utcnow()
    else:
        go_on(session, row, performed=UNKNOWN)


def _put_off(run: Due) -> None:
    """Try a run again later that could not be taken on, so that it does not keep others from their turn."""
    with transaction(tenant_scope(run.tenant_id)) as session:
        if row := one_locked(session, run):
            row.wake_at = utcnow() + PAUSE
