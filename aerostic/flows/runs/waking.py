"""Runs that go on by themselves: what is due is taken in turn, each in a transaction of its own; and what changes another
system is noted before it begins, so that nobody begins it again blindly after a crash.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import structlog
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import service_scope, tenant_scope, transaction, utcnow
from aerostic.flows.contract import Fail, Woken
from aerostic.flows.engine import Performed
from aerostic.flows.models import FlowRun
from aerostic.flows.runs.driving import engine, go_on, opened
from aerostic.flows.runs.plans import plans
from aerostic.messaging.conversations.handling import locked as lock_conversation
from aerostic.words import N_

log = structlog.get_logger(__name__)
SERVICE = service_scope("flows")
BATCH = 200
IDLE_SECONDS = 0.25
AT_ONCE, MOST_AT_WORK = 8, 400
# Longer than any step may take that changes another system: after it, nobody is at it any more.
LEASE = timedelta(minutes=3)
# What could not be taken on at all is tried again after it.
PAUSE = timedelta(minutes=5)
UNKNOWN = Performed(
    Fail(
        "unknown",
        N_("The process ended in the middle of this step: nobody knows whether it was done. Look, then decide."),
        unsure=True,
    )
)


class Due(NamedTuple):
    """A run that is to go on."""

    id: UUID
    tenant_id: UUID
    conversation_id: UUID | None


def due(limit: int = BATCH) -> list[Due]:
    """The runs that are to go on now, those first that have been so the longest."""
    query = (
        select(FlowRun.id, FlowRun.tenant_id, FlowRun.conversation_id)
        .where(FlowRun.wake_at <= utcnow())
        .order_by(FlowRun.wake_at)
    )
    with transaction(SERVICE) as session:
        return [Due(*row) for row in session.execute(query.limit(limit))]


def wake(run: Due) -> bool:
    """Take one run on. Answers whether it was still to go on: somebody else may have been quicker."""
    with transaction(tenant_scope(run.tenant_id)) as session:
        row = locked(session, run)
        if row is None or row.wake_at is None or row.wake_at > utcnow():
            return False
        if row.state == "unknown":
            _resolve(session, row)
            return True
        if row.state != "outside":
            go_on(session, row, Woken("time") if opened(row)[0].resuming else None)
            return True
        row.state, row.wake_at = "unknown", utcnow() + LEASE
        lease = row.wake_at
    _perform(run, lease)
    return True


def wake_due(limit: int = BATCH) -> int:
    """Take what is due on, one run after the other. Needs an application context. Returns how many went on."""
    return sum(map(take_on, due(limit)))


def take_on(run: Due) -> bool:
    """`wake`, but a run that cannot be taken on is put off."""
    try:
        return wake(run)
    except Exception:
        log.exception("a run of a flow did not go on", run=str(run.id))
        _put_off(run)
        return False


def run(app: Flask, stop: threading.Event) -> None:
    """Take on what is due until told to stop; many at once, since some wait for other systems."""
    at_work: set[UUID] = set()

    def work(one: Due) -> None:
        try:
            with app.app_context():
                take_on(one)
        finally:
            at_work.discard(one.id)

    with ThreadPoolExecutor(AT_ONCE, "flows") as pool:
        while not stop.is_set():
            fresh = [one for one in due() if one.id not in at_work] if len(at_work) < MOST_AT_WORK else []
            for one in fresh:
                at_work.add(one.id)
                pool.submit(work, one)
            stop.wait(0 if fresh else IDLE_SECONDS)


def _perform(run: Due, lease: datetime) -> None:
    """Do what was noted, without a transaction, then keep what came of it; unless it was decided otherwise meanwhile."""
    with transaction(tenant_scope(run.tenant_id)) as session:
        row = session.get_one(FlowRun, run.id)
        state, seen = opened(row)
        ready = engine(session, row, plans().of(session, run.tenant_id, row.version_id), state, seen)
    performed = ready.perform()
    with transaction(tenant_scope(run.tenant_id)) as session:
        kept = locked(session, run)
        if kept and (kept.state, kept.wake_at) == ("unknown", lease):
            go_on(session, kept, performed=performed)


def locked(session: Session, run: Due) -> FlowRun | None:
    """The run, locked; its conversation first, as where a message comes in."""
    if run.conversation_id:
        lock_conversation(session, run.tenant_id, run.conversation_id)
    own = select(FlowRun).where(FlowRun.id == run.id).with_for_update()
    return session.scalar(own.execution_options(populate_existing=True))


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
        row = locked(session, run)
        if row:
            row.wake_at = utcnow() + PAUSE
