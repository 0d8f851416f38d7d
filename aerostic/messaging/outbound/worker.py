"""The lane worker: one event loop that holds the leases of many lanes and beats for them."""

import asyncio
import gc
import os
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from aerostic.jobs.worker import stopping
from aerostic.messaging.contract import Account, Sender
from aerostic.messaging.outbound import leases, queue
from aerostic.messaging.outbound.lane import WINDOW, Lane
from aerostic.messaging.outbound.leases import Lease
from aerostic.messaging.outbound.listening import listen, within
from aerostic.messaging.outbound.queue import LaneSetup
from aerostic.messaging.outbound.store import LaneStore, in_thread
from aerostic.registry import runtime
from aerostic.tenancy.plugins import view_for

log = structlog.get_logger(__name__)

LIFE_SECONDS = 15.0
BEATS_PER_LIFE = 4
CLAIM_SECONDS = 0.25
DRAIN_SECONDS = 20.0
MOST_LANES = 32
YOUNG = (20_000, 10, 10)
THREADS = 4
Opener = Callable[[Account, int], AbstractAsyncContextManager[Sender]]


@dataclass
class Running:
    """A lane and the task it runs in."""

    lane: Lane
    task: "asyncio.Task[None]"


class LaneWorker:
    """Claims lanes that have work and runs them, until stopped or past its deadline.

    Args:
        seconds: how long to claim new lanes; a worker is replaced now and then, so that memory cannot creep.
        stop: set from outside to end early.
        window: most requests on their way at a time, a lane.
        life: seconds that a lease lasts without a beat.
    """

    def __init__(self, seconds: float, stop: threading.Event, window: int = WINDOW, life: float = LIFE_SECONDS) -> None:
        self._deadline = monotonic() + seconds
        self._stop = stop
        self._window = window
        self._life = timedelta(seconds=life)
        self._owner = f"{socket.gethostname()}:{os.getpid()}"
        self._running: dict[UUID, Running] = {}
        self._called = asyncio.Event()
        self._executor: Executor

    async def run(self) -> None:
        """Work until the end; every lane is drained and given back."""
        with ThreadPoolExecutor(THREADS, thread_name_prefix="lane") as self._executor:
            aside = [asyncio.create_task(self._beat()), asyncio.create_task(listen(self._hear))]
            try:
                while not self._stop.is_set() and monotonic() < self._deadline:
                    self._called.clear()
                    await self._claim()
                    await within(self._called, CLAIM_SECONDS)
            finally:
                await self._drain()
                for task in aside:
                    task.cancel()

    def _hear(self, number_id: UUID) -> None:
        """A lane was woken."""
        if running := self._running.get(number_id):
            running.lane.feed()
        else:
            self._called.set()

    async def _drain(self) -> None:
        """Stop every lane, and wait for what is on its way; not for ever, since nobody may be left to bring a server back."""
        running = list(self._running.values())
        for each in running:
            each.lane.stop()
        if running:
            _, late = await asyncio.wait({each.task for each in running}, timeout=DRAIN_SECONDS)
            for each in running:
                if each.task in late:
                    each.lane.give_up()
            await asyncio.gather(*late, return_exceptions=True)

    async def _claim(self) -> None:
        room = MOST_LANES - len(self._running)
        if room <= 0:
            return
        life = self._life
        try:
            claimed = await in_thread(self._executor, lambda session: leases.claim(session, self._owner, room, life))
        except LaneStore.away as error:
            log.warning("database away, no lanes claimed", reason=type(error).__name__)
            return
        for lease in claimed:
            try:
                await self._start(lease)
            except Exception as error:
                # One number's trouble (its channel switched off, say) must not end the others' lanes; it is claimed again.
                log.error("lane not started", number=str(lease.number_id), exc_info=error)

    async def _start(self, lease: Lease) -> None:
        setup, opener = await in_thread(self._executor, lambda session: _open(session, lease))
        stack = AsyncExitStack()
        sender = await stack.enter_async_context(opener(setup.account, self._window))
        store = LaneStore(self._executor, lease, setup.number)
        lane = Lane(lease, store, sender, setup, self._window)
        log.info("lane claimed", number=str(lease.number_id), fence=lease.fence, pace=setup.pace)
        self._running[lease.number_id] = Running(lane, asyncio.create_task(self._run(lane, stack)))

    async def _run(self, lane: Lane, stack: AsyncExitStack) -> None:
        number_id = lane.lease.number_id
        try:
            async with stack:
                await lane.run()
        except Exception as error:
            # The lease runs out by itself; the next owner doubts what was on its way.
            log.error("lane failed", number=str(number_id), exc_info=error)
        finally:
            # One that lost its lease may end after the number was claimed anew: that one's place stays.
            if (running := self._running.get(number_id)) and running.lane is lane:
                del self._running[number_id]

    async def _beat(self) -> None:
        """Prolong the leases; a lane whose lease is gone, or could not be prolonged in time, stops at once."""
        last, life = monotonic(), self._life
        while True:
            await asyncio.sleep(life.total_seconds() / BEATS_PER_LIFE)
            held = [running.lane.lease for running in self._running.values()]
            try:
                ours = await in_thread(self._executor, lambda session, held=held: leases.beat(session, held, life))  # type: ignore[misc]
                last = monotonic()
            except Exception as error:
                log.warning("leases not prolonged", reason=type(error).__name__)
                ours = set() if monotonic() - last > life.total_seconds() else {lease.number_id for lease in held}
            for lease in held:
                running = self._running.get(lease.number_id)
                if running and running.lane.lease == lease and lease.number_id not in ours:
                    running.lane.lose()


def _open(session: Session, lease: Lease) -> tuple[LaneSetup, Opener]:
    setup = queue.setup(session, lease)
    channel = view_for(session, lease.tenant_id).channels[setup.channel]
    return setup, channel.open_sender


def run_lanes(seconds: float = 600.0) -> None:
    """Run a lane worker in this thread, on uvloop where there is one. Needs an application context.

    The body of the job that waits in the queue of lanes; it ends early when its worker process is told to stop.
    """
    start(LaneWorker(seconds, stopping, life=runtime().settings.takeover_seconds))


def start(worker: LaneWorker) -> None:
    """Run a worker on an event loop, with the garbage collector told to leave alone what was loaded at start-up.

    A lane makes millions of short-lived objects and no cycles; walking the whole program for each few hundred of them
    cost more than sealing and opening the messages did.
    """
    gc.freeze()
    before = gc.get_threshold()
    gc.set_threshold(*YOUNG)
    try:
        _loop(worker)
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _loop(worker: LaneWorker) -> None:
    try:
        import uvloop
    except ImportError:
        asyncio.run(worker.run())
    else:
        uvloop.run(worker.run())
