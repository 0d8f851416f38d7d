"""Runs the handlers of events: each in a group of its own, so that one that fails or lags is only its own loss."""

import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, closing
from time import monotonic
from uuid import UUID

import structlog
from redis import Redis

from aerostic.db import Event
from aerostic.registry import EventHandler
from aerostic.streams import catalogue
from aerostic.streams.bus import Bus, Consumer
from aerostic.streams.dead import DeadLetters, describe
from aerostic.streams.metrics import CONSUMED
from aerostic.streams.outage import is_outage
from aerostic.streams.seen import Seen

log = structlog.get_logger()

POLL_LIMIT = 200
POLL_SECONDS = 1.0
PAUSES = (0.2, 1.0)  # seconds before each further try
# Events that a handler does not want are said to be done with so often; coming again, they would cost nothing but a look.
UNWANTED_SECONDS = 1.0


def check_handlers(handlers: Iterable[EventHandler]) -> None:
    """Refuse handlers of unknown event types, and two of one name.

    Raises:
        CatalogueError: naming the handler or the type.
    """
    names: set[str] = set()
    for handler in handlers:
        if handler.name in names:
            raise catalogue.CatalogueError(f"Event handler {handler.name!r} is declared twice.")
        names.add(handler.name)
        for event_type in handler.types:
            catalogue.get(event_type)


class HandlerRunner:
    """Gives one handler its events.

    Args:
        handler: which one. Its name is its group on the bus; a handler that is new begins with what comes from now on.
        redis: where seen ids and dead letters are kept.
        prefix: first part of their keys.
        context: entered around each call, e.g. the application's.
    """

    def __init__(
        self, handler: EventHandler, redis: Redis, prefix: str, context: Callable[[], AbstractContextManager[object]]
    ) -> None:
        self._handler = handler
        self._seen = Seen(redis, prefix, handler.name)
        self._dead = DeadLetters(redis, prefix)
        self._context = context
        self._unsaid_since: float | None = None

    def run(self, bus: Bus, name: str, stop: threading.Event) -> None:
        """Consume until told to stop; the batch at hand is finished.

        Raises:
            Exception: a server is away, or dead letters are full. What was not committed comes again.
        """
        with closing(bus.consumer(self._handler.name, name=name)) as consumer:
            while not stop.is_set():
                self.step(consumer, stop)
            if self._unsaid_since is not None:
                consumer.commit()

    def step(self, consumer: Consumer, stop: threading.Event) -> None:
        """Handle one poll's events and commit them."""
        events = consumer.poll(POLL_LIMIT, POLL_SECONDS)
        wanted = [event for event in events if event.type in self._handler.types]
        if wanted:
            self._take(wanted, consumer, stop)
        if wanted or self._is_time(any_new=bool(events)):
            consumer.commit()
            self._unsaid_since = None

    def _is_time(self, *, any_new: bool) -> bool:
        """Whether events that nobody wants have waited long enough."""
        if any_new and self._unsaid_since is None:
            self._unsaid_since = monotonic()
        return self._unsaid_since is not None and monotonic() - self._unsaid_since >= UNWANTED_SECONDS

    def _take(self, wanted: list[Event], consumer: Consumer, stop: threading.Event) -> None:
        done: list[Event] = []
        try:
            for tenant_id, group in _by_tenant(self._seen.new(wanted)).items():
                self._handle(tenant_id, group, consumer, stop)
                done += group
        finally:
            self._seen.add(done)

    def _handle(self, tenant_id: UUID | None, events: list[Event], consumer: Consumer, stop: threading.Event) -> None:
        """Call the handler. Of a batch that keeps failing each event is tried alone, so that only the bad ones go."""
        consumer.keep()
        error = self._try(tenant_id, events, stop)
        if error is None:
            CONSUMED.labels(self._handler.name, "handled").inc(len(events))
        elif len(events) == 1:
            self._give_up(events[0], error)
        else:
            for event in events:
                self._handle(tenant_id, [event], consumer, stop)

    def _try(self, tenant_id: UUID | None, events: list[Event], stop: threading.Event) -> Exception | None:
        for pause in (*PAUSES, None):
            try:
                with self._context():
                    self._handler.function(tenant_id, events)
            except Exception as error:
                if is_outage(error) or (pause is not None and stop.wait(pause)):
                    raise
                failure = error
            else:
                return None
        return failure

    def _give_up(self, event: Event, error: Exception) -> None:
        self._dead.add(self._handler.name, event, error)
        CONSUMED.labels(self._handler.name, "dead").inc()
        log.error("event given up", handler=self._handler.name, event_id=str(event.id), reason=describe(error))


def _by_tenant(events: Iterable[Event]) -> dict[UUID | None, list[Event]]:
    """Each tenant's events in their order."""
    groups: dict[UUID | None, list[Event]] = {}
    for event in events:
        groups.setdefault(event.tenant_id, []).append(event)
    return groups
