"""Work in steps: asked for once, run by a worker to its end, taken up again where a worker died.

A kind of work is a function that takes one step: it reads `options` and `place`, does a chunk, moves `place` and `done`, and
says whether anything is left. The step and what it notes are one transaction, so that no chunk is lost or done twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from aerostic import audit
from aerostic.db import Event, emit, new_id, service_scope, tenant_scope, transaction, utcnow
from aerostic.jobs.models import OPEN, Work
from aerostic.jobs.queues import IMPORTS, enqueue
from aerostic.security.masking import mask
from aerostic.words import N_

log = structlog.get_logger(__name__)
PATIENCE = timedelta(minutes=2)
UNEXPECTED = N_("Something went wrong on our side. It has been recorded; start again in a moment.")


class WorkError(Exception):
    """Work cannot go on; the text says why, and what the person can do."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a step came to: whether more is left, and what is to be done once the step is committed."""

    more: bool
    afterwards: Callable[[], None] = lambda: None


Take = Callable[[Session, Work], Step]
Kinds = Mapping[str, Take]


def ask(
    session: Session,
    tenant_id: UUID,
    kind: str,
    options: dict[str, Any],
    *,
    user_id: UUID | None,
    total: int = 0,
    key: str | None = None,
) -> Work:
    """Note work that is wanted; once that is committed, the caller enqueues it.

    Args:
        user_id: who wants it.
        total: how much there is to do, 0 when that is not known.
        key: asked for again with the same one, the same work is returned.
    """
    if key and (known := asked(session, tenant_id, key)):
        return known
    work = Work(tenant_id=tenant_id, id=new_id(), user_id=user_id, kind=kind, key=key, options=options, total=total)
    session.add(work)
    session.flush()
    return work


def asked(session: Session, tenant_id: UUID, key: str) -> Work | None:
    """The work that was asked for with this key already."""
    return session.scalar(select(Work).where(Work.tenant_id == tenant_id, Work.key == key))


def wake(path: str, work_id: UUID, tenant_id: UUID) -> None:
    """Ask for work to be run.

    Args:
        path: of the function that calls `run` with the kinds it knows.
    """
    enqueue(path, str(work_id), str(tenant_id), name=IMPORTS)


def run(work_id: UUID, tenant_id: UUID, kinds: Kinds) -> None:
    """Take work to its end. Safe to call again at any time, and by two workers at once: they take turns."""
    while True:
        try:
            with transaction(tenant_scope(tenant_id)) as session:
                step = _step(session, tenant_id, work_id, kinds)
        except OperationalError:
            raise  # the database is away: the sweep takes it up again
        except WorkError as error:
            return _fail(work_id, tenant_id, str(error))
        except Exception as error:
            log.error("work failed", work=str(work_id), error=type(error).__name__)
            return _fail(work_id, tenant_id, UNEXPECTED)
        step.afterwards()
        if not step.more:
            return None


def cancel(session: Session, tenant_id: UUID, work_id: UUID) -> None:
    """End work before its time; what was done stays done.

    Raises:
        LookupError: the tenant has no such work.
    """
    work = _locked(session, tenant_id, work_id)
    if work.open:
        _close(session, work, "cancelled")
        audit.record(session, audit.Act(tenant_id, "work.cancelled", f"work:{work.id}", after={"kind": work.kind}))


def wake_forgotten(path: str) -> None:
    """Ask again for work that has not been heard of for a while: its worker died, or the queue lost it."""
    with transaction(service_scope("cron")) as session:
        own = (Work.state.in_(OPEN), Work.moved_at < utcnow() - PATIENCE)
        waiting = session.execute(select(Work.id, Work.tenant_id).where(*own)).all()
    for work_id, tenant_id in waiting:
        wake(path, work_id, tenant_id)


def _step(session: Session, tenant_id: UUID, work_id: UUID, kinds: Kinds) -> Step:
    work = _locked(session, tenant_id, work_id)
    if not work.open:
        return Step(more=False)
    work.state = "running"
    step = kinds[work.kind](session, work)
    work.moved_at = utcnow()
    if step.more:
        _tell(session, work)
    else:
        _close(session, work, "done")
    return step


def _fail(work_id: UUID, tenant_id: UUID, error: str) -> None:
    with transaction(tenant_scope(tenant_id)) as session:
        work = _locked(session, tenant_id, work_id)
        work.error = mask(error)
        _close(session, work, "failed")


def _close(session: Session, work: Work, state: str) -> None:
    work.state, work.finished_at = state, utcnow()
    _tell(session, work)


def _tell(session: Session, work: Work) -> None:
    data = {"work_id": str(work.id), "kind": work.kind, "state": work.state, "done": work.done, "total": work.total}
    emit(session, Event("work.changed", work.tenant_id, str(work.id), data))


def _locked(session: Session, tenant_id: UUID, work_id: UUID) -> Work:
    work = session.scalar(select(Work).where(Work.tenant_id == tenant_id, Work.id == work_id).with_for_update())
    if work is None:
        raise LookupError("no such work")
    return work
