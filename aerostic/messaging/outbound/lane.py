"""A lane: everything one number sends, from the database to the provider and back, at the number's pace.

Four tasks share one lane: `fill` reads ahead, `mark` commits `sending` for small groups, `dispatch` lets them go in time
with the pace, and `flush` writes results in groups. Sends run side by side up to the window.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from time import monotonic
from typing import Any
from uuid import UUID

import structlog

from aerostic.messaging.contract import ErrorScope, Sender, SendResult, Sent
from aerostic.messaging.outbound.breaker import Breaker
from aerostic.messaging.outbound.leases import Lease
from aerostic.messaging.outbound.listening import within
from aerostic.messaging.outbound.pacer import Pacer
from aerostic.messaging.outbound.queue import LaneSetup, Waiting
from aerostic.messaging.outbound.results import Result
from aerostic.messaging.outbound.shelf import Shelf
from aerostic.messaging.outbound.standing import SLOWED, Standing
from aerostic.messaging.outbound.store import LaneStore
from aerostic.messaging.outbound.trickle import Trickle
from aerostic.words import N_

log = structlog.get_logger(__name__)

WINDOW = 256
AHEAD_SECONDS = 1.0
MOST_AHEAD = 2_000
GROUP = 200
GROUP_SECONDS = 0.2
FILL_SECONDS = 0.2
# What is planned in quick succession is read together.
GATHER_SECONDS = 0.02
FULL_SECONDS = 0.01
FLUSH_ROWS = 400
FLUSH_SECONDS = 0.2
IDLE_SECONDS = 1.0
SLOW_SECONDS = 60.0
DATABASE_PAUSE = 1.0
PROBE_SECONDS = 0.1
UNSENT = SendResult(Sent.RETRY, scope=ErrorScope.NUMBER)


class Lane:
    """Runs until there is nothing to send, the lease is lost, or `stop()`.

    Args:
        store: the database, as seen by this lease.
        sender: the open channel.
        setup: number, account and pace.
        window: most requests on their way at a time.
    """

    def __init__(self, lease: Lease, store: LaneStore, sender: Sender, setup: LaneSetup, window: int = WINDOW) -> None:
        self.lease = lease
        self._store = store
        self._sender = sender
        self._setup = setup
        self._window = window
        self._pacer = Pacer(setup.pace, monotonic)
        self._trickle = Trickle(setup.pace / SLOWED, monotonic)
        self._breaker = Breaker(monotonic)
        self._shelf = Shelf()
        self._ready: deque[Waiting] = deque()
        self._results: list[Result] = []
        self._flying = 0
        self._stopping = False
        self._fed = False
        self._lost = False
        self._given_up = False
        self._account_error = ""
        self._paused_batches: dict[UUID, str] = {}
        self._hungry = asyncio.Event()
        self._stocked = asyncio.Event()
        self._called = asyncio.Event()
        self._idle_since: float | None = None
        self._group = max(1, min(GROUP, int(setup.pace * GROUP_SECONDS)))
        self._ahead = max(self._group, min(MOST_AHEAD, int(setup.pace * AHEAD_SECONDS)))

    def feed(self) -> None:
        """There is more to send: look for it now."""
        self._called.set()

    def stop(self) -> None:
        """Send nothing more; what is on its way is waited for and written, what was only marked is planned again."""
        self._stopping = True
        self._called.set()
        self._hungry.set()
        self._stocked.set()

    def lose(self) -> None:
        """The lease is gone: stop at once. Whoever has it now knows what to doubt."""
        self._lost = True
        self.stop()

    def give_up(self) -> None:
        """Wait for nothing any more: what is not written stays `sending`, for the next owner to doubt."""
        self._given_up = True
        self.lose()

    async def run(self) -> None:
        """Send until idle, stopped or lost, then give the lane back."""
        feeders = [asyncio.create_task(step) for step in (self._fill(), self._mark(), self._dispatch())]
        flusher = asyncio.create_task(self._flush())
        try:
            await asyncio.gather(*feeders)
        finally:
            self.stop()
            await asyncio.gather(*feeders, return_exceptions=True)
            self._give_back()
            await flusher
        if not self._lost:
            await self._finish()

    def _give_back(self) -> None:
        """What is marked and has not left is planned again, also where a next owner has doubted it: only we can know."""
        self._unsent(self._ready)
        self._ready.clear()
        self._fed = True

    def _unsent(self, items: Iterable[Waiting]) -> None:
        self._results += [Result(item.message.id, item.message.attempt, UNSENT, tried=False) for item in items]

    async def _finish(self) -> None:
        if self._account_error:
            await self._patiently(self._store.stop, self._account_error)
        else:
            await self._patiently(self._store.release)

    async def _fill(self) -> None:
        """Keep enough messages in memory; look for those on their own even when there are."""
        while not self._stopping:
            self._called.clear()
            room = self._ahead - len(self._shelf)
            found = await self._patiently(self._store.read, self._shelf, max(room, 0))
            if found or self._busy():
                self._idle_since = None
            elif self._store.standing.measure == "freeze" or self._idle():
                return self.stop()
            self._hungry.set()
            if not found or room < self._ahead // 2:
                await within(self._called, FILL_SECONDS)
                await asyncio.sleep(GATHER_SECONDS)
        return None

    def _busy(self) -> bool:
        return bool(self._shelf or self._ready or self._flying or self._results)

    def _idle(self) -> bool:
        """Whether there has been nothing to do for a while."""
        now = monotonic()
        if self._idle_since is None:
            self._idle_since = now
        return now - self._idle_since >= IDLE_SECONDS

    async def _mark(self) -> None:
        """Commit `sending` for the next group while the last one leaves."""
        while not self._stopping:
            if len(self._ready) >= self._group or not self._shelf:
                await self._wait(self._hungry, FILL_SECONDS)
                continue
            slow = self._store.standing.measure == "slow"
            group = self._trickle.take(self._shelf, self._group) if slow else self._shelf.take(self._group)
            if not group:
                await self._wait(self._hungry, FILL_SECONDS)
                continue
            marked = await self._patiently(self._store.mark, group)
            self._shelf.forget({item.message.id for item in group} - marked)
            self._ready.extend(item for item in group if item.message.id in marked)
            self._heed(self._store.standing)
            self._stocked.set()

    def _heed(self, standing: Standing) -> None:
        """What is held back is planned again where it was marked, and not kept in memory."""
        if standing.held:
            self._shelf.drop(standing.lets)
            held = [item for item in self._ready if not standing.lets(item)]
            self._ready = deque(item for item in self._ready if standing.lets(item))
            self._unsent(held)

    async def _dispatch(self) -> None:
        """Start flights as the pace and the window allow."""
        while not self._stopping:
            if not self._ready:
                await self._wait(self._stocked, FILL_SECONDS)
                continue
            for _ in range(self._slots(min(self._window - self._flying, len(self._ready)))):
                self._flying += 1
                asyncio.create_task(self._fly(self._ready.popleft()))  # noqa: RUF006 - counted in _flying
            self._stock()
            # With the window full, each flight takes the next message itself as it ends.
            await asyncio.sleep(self._rest())

    def _slots(self, most: int) -> int:
        """How many messages may leave now."""
        return self._breaker.allows(self._pacer.due(most))

    def _rest(self) -> float:
        if self._breaker.open:
            return PROBE_SECONDS
        return FULL_SECONDS if self._flying >= self._window else self._pacer.wait()

    def _stock(self) -> None:
        """Ask for the next group once this one is half gone."""
        if len(self._ready) <= self._group // 2:
            self._hungry.set()

    async def _fly(self, item: Waiting | None) -> None:
        """Send one message, then the next ones for as long as the pace has a slot."""
        while item:
            answer = _kept(item, await self._try(item))
            self._results.append(Result(item.message.id, item.message.attempt, answer))
            if answer.sent is Sent.ACCEPTED:
                self._breaker.clear()
            else:
                self._react(item, answer)
            item = self._ready.popleft() if self._ready and not self._stopping and self._slots(1) else None
            self._stock()
        self._flying -= 1

    async def _try(self, item: Waiting) -> SendResult:
        try:
            return await self._sender.send(item.message)
        except Exception as error:  # a channel that breaks its word: the message may have left
            log.error("channel raised while sending", channel=self._setup.channel, exc_info=error)
            return SendResult(Sent.UNKNOWN, reason=N_("The channel failed while sending."))

    def _react(self, item: Waiting, answer: SendResult) -> None:
        """Slow down or stop what the error applies to."""
        if answer.sent is Sent.UNKNOWN:
            self._breaker.doubt()
        else:
            self._breaker.clear()
        if answer.scope is ErrorScope.NUMBER:
            self._pacer.slow_down(SLOW_SECONDS, answer.after)
        elif answer.scope is ErrorScope.ACCOUNT:
            self._account_error = answer.reason
            self.stop()
        elif answer.scope is ErrorScope.TEMPLATE and item.batch_id:
            self._paused_batches[item.batch_id] = answer.reason

    async def _flush(self) -> None:
        """Write results every 400 of them or 200 ms, until the last one is written."""
        last = monotonic()
        while not (self._fed and not self._flying and not self._results):
            if self._given_up:
                return
            due = len(self._results) >= FLUSH_ROWS or monotonic() - last >= FLUSH_SECONDS
            if not (self._results and due):
                await asyncio.sleep(FLUSH_SECONDS / 4)
                continue
            group, self._results = self._results, []
            last = monotonic()
            paused, self._paused_batches = self._paused_batches, {}
            await self._written(group, paused)
            self._shelf.forget({result.message_id for result in group})

    async def _written(self, group: list[Result], paused: dict[UUID, str]) -> None:
        """Write a group; when that fails, one by one. What fails even alone stays `sending`, for the next owner to doubt."""
        try:
            await self._patiently(self._store.write, group, paused, until_written=True)
        except Exception as error:
            log.error("results not written", number=str(self.lease.number_id), results=len(group), exc_info=error)
            if len(group) > 1:
                for result in group:
                    await self._written([result], paused)

    async def _wait(self, event: asyncio.Event, seconds: float) -> None:
        """Wait for an event, at most this long."""
        event.clear()
        if not self._stopping:
            await within(event, seconds)

    async def _patiently(
        self, call: Callable[..., Awaitable[Any]], *arguments: Any, until_written: bool = False
    ) -> Any:
        """Repeat a database call while the server is away; give up when the lease is lost."""
        while True:
            try:
                return await call(*arguments)
            except self._store.away as error:
                log.warning(
                    "database away, the lane waits", number=str(self.lease.number_id), reason=type(error).__name__
                )
                if self._given_up or (self._lost and not until_written):
                    return set()
                await asyncio.sleep(DATABASE_PAUSE)


def _kept(item: Waiting, answer: SendResult) -> SendResult:
    """A refusal of the whole account, or of a batch's template, is not the message's fault: it stays planned."""
    shared = answer.scope is ErrorScope.ACCOUNT or (answer.scope is ErrorScope.TEMPLATE and item.batch_id is not None)
    return replace(answer, sent=Sent.RETRY) if answer.sent is Sent.FAILED and shared else answer
