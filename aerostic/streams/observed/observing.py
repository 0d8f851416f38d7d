"""Telling detectors of something: `observe(...)`. It never blocks and never raises, whatever is out of order."""

import atexit
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import structlog
from redis import Redis
from sqlalchemy.event import listens_for
from sqlalchemy.orm import Session, SessionTransaction

from aerostic.db import Event
from aerostic.settings import Settings
from aerostic.streams.observed.bus import PLATFORM, open_observations
from aerostic.streams.observed.metrics import DROPPED
from aerostic.streams.observed.spool import Spool

log = structlog.get_logger(__name__)
LATER = "observed"
EXIT_SECONDS = 1.0
_spool: Spool | None = None


def init_observing(settings: Settings, redis: Redis) -> None:
    """Give the process its spool. Called by what makes applications; until then observations go nowhere."""
    global _spool
    _spool = Spool(lambda: open_observations(settings, redis))


def observe(type_: str, tenant_id: UUID | None, **data: Any) -> None:
    """Tell of one observation.

    Args:
        type_: one of the catalogue, `observed.kinds`.
        tenant_id: whose it is; None where nobody's is known.
        data: as the catalogue says: numbers, codes, ids and pseudonyms; never personal data.
    """
    with quietly(type_):
        if _spool is not None:
            _spool.put(_event(type_, tenant_id, data))


@contextmanager
def quietly(type_: str) -> Iterator[None]:
    """Make an observation within the block: whatever goes wrong there, what is observed goes on."""
    try:
        yield
    except Exception as error:
        DROPPED.labels("failed").inc()
        log.error("not observed", type=type_, exc_info=error)


def observe_after(session: Session, type_: str, tenant_id: UUID | None, **data: Any) -> None:
    """Tell of an observation once the session's transaction is committed; never, where it or its savepoint is rolled back."""
    if _spool is None:
        return
    within = session.get_nested_transaction()
    session.info.setdefault(LATER, []).append((within, _event(type_, tenant_id, data)))


def _event(type_: str, tenant_id: UUID | None, data: dict[str, Any]) -> Event:
    return Event(type_, tenant_id, str(tenant_id) if tenant_id else PLATFORM, data)


@listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    if not session.in_nested_transaction() and _spool is not None:
        for _, event in session.info.pop(LATER, ()):
            _spool.put(event)


@listens_for(Session, "after_soft_rollback")
def _rolled_back(session: Session, ended: SessionTransaction) -> None:
    """A flush that failed ends as well; what it takes along is told by the end of its savepoint, or of the whole."""
    if later := session.info.get(LATER):
        session.info[LATER] = [item for item in later if ended.parent and not _is_within(item[0], ended)]


def _is_within(transaction: SessionTransaction | None, ended: SessionTransaction) -> bool:
    while transaction is not None and transaction is not ended:
        transaction = transaction.parent
    return transaction is ended


def flush(seconds: float) -> bool:
    """Publish what waits in this process, trying for so many seconds; whether nothing waits any more."""
    return _spool is None or _spool.flush(seconds)


def _forked() -> None:
    if _spool is not None:
        _spool.begin()


os.register_at_fork(after_in_child=_forked)
atexit.register(flush, EXIT_SECONDS)
