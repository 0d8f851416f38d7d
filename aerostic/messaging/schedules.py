"""Recurring jobs of messaging."""

from datetime import timedelta

from aerostic.db import service_scope, transaction
from aerostic.jobs.queues import LANES, enqueue, queue
from aerostic.messaging.imports.jobs import wake_imports
from aerostic.messaging.outbound.finishing import settle_left, settle_unknown, wake_forgotten
from aerostic.messaging.outbound.money import close_holds, expire_holds, release_silence
from aerostic.messaging.work import tend_work
from aerostic.registry import Schedule

GRACE = timedelta(minutes=15)
RUN_LANES = "aerostic.messaging.outbound.worker.run_lanes"


def keep_lanes() -> None:
    """Keep one job waiting in the queue of lanes, so that every lane worker that is free finds one."""
    if queue(LANES).count == 0:
        enqueue(RUN_LANES, name=LANES, seconds=-1)


def tend_lanes() -> None:
    """Wake lanes that have work but no alarm, settle what has been unknown for too long, or has come back too late."""
    with transaction(service_scope("lanes")) as session:
        wake_forgotten(session)
        settle_unknown(session, GRACE)
        settle_left(session)


SCHEDULES = (
    Schedule("messaging.keep_lanes", keep_lanes, 5),
    Schedule("messaging.tend_lanes", tend_lanes, 30),
    Schedule("messaging.wake_imports", wake_imports, 300),
    Schedule("messaging.tend_work", tend_work, 60),
    Schedule("messaging.close_holds", close_holds, 60),
    Schedule("messaging.expire_holds", expire_holds, 300),
    Schedule("messaging.release_silence", release_silence, 3600),
)
