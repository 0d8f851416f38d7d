"""The loop of the stream process that condenses events into notices.

It needs no memory of what it has seen: a notice that comes twice makes a page look once more.
"""

import socket
import threading
from collections.abc import Iterable
from contextlib import closing

from flask import Flask
from sqlalchemy import select

from aerostic.db import Event, service_scope, transaction
from aerostic.messaging.models import Batch
from aerostic.registry.runtime import KEY
from aerostic.streams import notices
from aerostic.streams.notices import Source
from aerostic.streams.transports import open_bus

GROUP = "live"
POLL_LIMIT = 1000
POLL_SECONDS = 1.0
GATHER_SECONDS = 0.2  # what happens within this time makes one notice a tenant
MOST_KNOWN = 10_000


class Sources:
    """What planned a batch. That never changes, so each batch is looked up once."""

    def __init__(self) -> None:
        self._known: dict[str, Source] = {}

    def of(self, events: Iterable[Event]) -> dict[str, Source]:
        """The sources of the batches that events name. Needs an application context."""
        named = {event.data.get("batch_id") for event in events if "source_id" not in event.data}
        ids = {value for value in named if isinstance(value, str)}
        if missing := ids - self._known.keys():
            if len(self._known) > MOST_KNOWN:
                self._known.clear()
            self._known |= _look_up(missing)
        return self._known


def run(app: Flask, stop: threading.Event) -> None:
    """Condense until told to stop. An error ends it, and its supervisor runs it again."""
    runtime = app.extensions[KEY]
    redis, prefix, sources = runtime.redis, runtime.settings.redis_prefix, Sources()
    with (
        closing(open_bus(runtime.settings, redis)) as bus,
        closing(bus.consumer(GROUP, name=socket.gethostname())) as consumer,
    ):
        while not stop.is_set():
            events = consumer.poll(POLL_LIMIT, POLL_SECONDS)
            if events:
                notices.append(redis, prefix, notices.condense(events, sources.of(events)))
                consumer.commit()
                stop.wait(GATHER_SECONDS)


def _look_up(ids: set[str]) -> dict[str, Source]:
    chosen = select(Batch.id, Batch.source, Batch.source_id).where(Batch.id.in_(ids))
    with transaction(service_scope("events")) as session:
        return {str(row.id): (row.source, str(row.source_id)) for row in session.execute(chosen)}
