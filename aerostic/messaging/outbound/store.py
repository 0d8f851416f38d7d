"""A lane's database calls: short transactions in threads, so that the event loop never waits for PostgreSQL."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from contextvars import copy_context
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session

from aerostic.db import service_scope, transaction
from aerostic.messaging.outbound import batches, finishing, leases, queue, results
from aerostic.messaging.outbound.leases import Lease
from aerostic.messaging.outbound.queue import FIRST, Waiting
from aerostic.messaging.outbound.results import Result
from aerostic.messaging.outbound.shelf import Shelf
from aerostic.messaging.outbound.standing import FREE, SLOWED, standing_of

LANES = service_scope("lanes")
SINGLES = 100
# How soon after a flag has ended a lane goes on that was held back.
HELD = timedelta(seconds=2)
T = TypeVar("T")


async def in_thread(executor: Executor, work: Callable[[Session], T]) -> T:
    """Run `work` in a transaction of the service `lanes`, in a thread that has our application context."""

    def run() -> T:
        with transaction(LANES) as session:
            return work(session)

    return await asyncio.get_running_loop().run_in_executor(executor, copy_context().run, run)


class LaneStore:
    """What one lease may ask of the database."""

    away = (OperationalError, InterfaceError, PoolTimeoutError)

    def __init__(self, executor: Executor, lease: Lease, number: str) -> None:
        self._executor = executor
        self._lease = lease
        self._number = number
        self.standing = FREE
        self._looked = False

    async def _do(self, work: Callable[[Session], T]) -> T:
        return await in_thread(self._executor, work)

    async def read(self, shelf: Shelf, room: int) -> int:
        """Put the next messages on the shelf: those on their own always, batches in equal shares of `room`.

        What is held back is not read.
        """

        def work(session: Session) -> tuple[list[Waiting], dict[UUID, list[Waiting]]]:
            if not self._looked or self.standing != FREE:
                self._look()
            if self.standing.measure == "freeze":
                return [], {}
            alone = self._singles(session)
            running = queue.running_batches(session, self._lease) if room and not self.standing.held else []
            share = max(1, room // max(1, len(running)))
            slices = {
                batch: queue.batch_slice(session, self._lease, self._number, batch, shelf.cursor(batch), share)
                for batch in running
            }
            if room and running and not any(slices.values()):
                finishing.finish_batches(session, self._lease, running)
            return alone, slices

        alone, slices = await self._do(work)
        added = shelf.add(alone)
        for batch, found in slices.items():
            # At the end of a batch start over: messages that were put off may have come due.
            shelf.cursors[batch] = found[-1].message.id if found else FIRST
            added += shelf.add(found)
        return added

    def _singles(self, session: Session) -> list[Waiting]:
        if self.standing == FREE:
            return queue.singles(session, self._lease, self._number, SINGLES)
        found = queue.others(session, self._lease, self._number, SINGLES)
        if not self.standing.held:
            found += queue.advertising(session, self._lease, self._number, SINGLES // SLOWED)
        return found

    async def mark(self, items: list[Waiting]) -> set[UUID]:
        """Commit `sending` for those that are not held back; see `queue.mark_sending`."""

        def work(session: Session) -> set[UUID]:
            self._look()
            ids = sorted(item.message.id for item in items if self.standing.lets(item))
            return queue.mark_sending(session, self._lease, ids) if ids else set()

        return await self._do(work)

    def _look(self) -> None:
        self.standing, self._looked = standing_of(self._lease.tenant_id, self._lease.number_id), True

    async def write(self, group: list[Result], paused: dict[UUID, str]) -> None:
        """Write results, and pause the batches whose template was refused."""

        def work(session: Session) -> None:
            results.write(session, self._lease, group)
            for batch_id, reason in paused.items():
                batches.pause_running(session, batch_id, reason)

        await self._do(work)

    async def release(self) -> None:
        """Give the lane back; where something is held back, until it is worth looking again."""
        rest = HELD if self.standing.held else timedelta()
        await self._do(lambda session: leases.release(session, self._lease, rest))

    async def stop(self, reason: str) -> None:
        """Stop the lane until a person lets it run again."""
        await self._do(lambda session: leases.stop(session, self._lease, reason))
