"""Who counts: a handler of events for messages, tokens and storage; a loop over the observations for calls of the API.

Calls are many, and of many workspaces at once, so their loop counts a whole poll in one transaction.
"""

import socket
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import cache
from typing import Any

from aerostic.db import Event, service_scope, transaction, utcnow
from aerostic.registry import EventHandler, runtime
from aerostic.streams.bus import Bus, Consumer
from aerostic.streams.lags import tell_lags
from aerostic.streams.metering.counting import Forgetting, count
from aerostic.streams.metering.kinds import METERED
from aerostic.streams.metering.models import SERVICE
from aerostic.streams.metrics import CONSUMED
from aerostic.streams.observed.bus import open_observations

NAME, CALLS = "core.usage", "core.usage-calls"
CALL = "api.asked"
POLL_LIMIT = 2_000
POLL_SECONDS = 1.0
METER_SECONDS = 15.0


def on_events(tenant_id: Any, events: list[Event]) -> None:
    """Count a workspace's events."""
    if tenant_id is not None:
        _count(NAME, events, _forgetting(NAME))


HANDLER = EventHandler(NAME, frozenset({"message.accepted", "message.received", METERED.name}), on_events)


def count_calls(stop: threading.Event) -> None:
    """Count calls of the API until told to stop. Runs in an application's context."""
    ours = runtime()
    bus = open_observations(ours.settings, ours.redis)
    with closing(bus), closing(bus.consumer(CALLS, name=socket.gethostname())) as consumer:
        follow(bus, consumer, stop)


def follow(bus: Bus, consumer: Consumer, stop: threading.Event, clock: Callable[[], datetime] = utcnow) -> None:
    """Count what comes; say that it is done with after it is committed."""
    forgetting, metered_at = Forgetting(CALLS, clock()), datetime.min.replace(tzinfo=UTC)
    while not stop.is_set():
        events = consumer.poll(POLL_LIMIT, POLL_SECONDS)
        calls = [event for event in events if event.type == CALL]
        if calls:
            CONSUMED.labels(CALLS, "handled").inc(_count(CALLS, calls, forgetting))
        if events:
            consumer.commit()
        if (clock() - metered_at).total_seconds() >= METER_SECONDS:
            tell_lags(runtime().redis, runtime().settings.redis_prefix, {CALLS: bus.lag(CALLS)})
            metered_at = clock()


def _count(consumer: str, events: list[Event], forgetting: Forgetting) -> int:
    now = utcnow()
    with transaction(service_scope(SERVICE)) as session:
        new = count(session, consumer, events, now)
        forgetting.step(session, now)
    return new


@cache
def _forgetting(consumer: str) -> Forgetting:
    """This process's, from its first event on."""
    return Forgetting(consumer, utcnow())
