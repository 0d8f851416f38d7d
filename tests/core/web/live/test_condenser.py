"""From events to notices, through the real bus, as the stream process does it."""

import threading
from uuid import UUID

from flask import Flask
from redis import Redis

from aerostic.db import Event, new_id, tenant_scope, transaction
from aerostic.messaging.models import Batch
from aerostic.streams import notices
from aerostic.streams.notices import Notice
from aerostic.streams.redis_bus import RedisBus
from aerostic.web.live import condenser
from tests.support.factories import make_number, make_tenant


def make_batch(tenant_id: UUID) -> Batch:
    number = make_number(tenant_id)
    with transaction(tenant_scope(tenant_id)) as session:
        batch = Batch(tenant_id=tenant_id, number_id=number.id, source="campaigns", source_id=new_id())
        session.add(batch)
    return batch


def condensed(app: Flask, redis: Redis, prefix: str, events: list[Event]) -> list[Notice]:
    """Publish events and let the loop run until it has told of them."""
    bus = RedisBus(redis, prefix)
    bus.create_group(condenser.GROUP)
    bus.publish(events)
    stop = threading.Event()
    # What is waited for ends with the second poll, which finds nothing more.
    stop.wait = lambda timeout=None: stop.set() is None  # type: ignore[method-assign]
    condenser.run(app, stop)
    assert bus.lag(condenser.GROUP) == 0
    return [Notice.from_fields(fields) for _, fields in redis.xrange(notices.key(prefix))]


def test_what_happens_to_a_campaigns_messages_is_told_of_the_campaign(app, redis, settings):
    tenant = make_tenant()
    batch = make_batch(tenant.id)
    data = {"message_id": str(new_id()), "batch_id": str(batch.id)}
    events = [Event(f"message.{what}", tenant.id, "key", data) for what in ("accepted", "sent", "delivered")]
    assert condensed(app, redis, settings.redis_prefix, events) == [
        Notice(
            tenant.id,
            {"": frozenset(["messages", f"batch:{batch.id}", "campaigns", f"campaign:{batch.source_id}"])},
        )
    ]


def test_a_batch_that_is_gone_is_told_of_by_its_own_name(app, redis, settings):
    tenant, batch_id = make_tenant(), str(new_id())
    events = [Event("message.sent", tenant.id, "key", {"batch_id": batch_id})]
    assert condensed(app, redis, settings.redis_prefix, events) == [
        Notice(tenant.id, {"": frozenset(["messages", f"batch:{batch_id}"])})
    ]


def test_a_batch_is_looked_up_once(app, monkeypatch):
    asked: list[set[str]] = []
    look_up = condenser._look_up
    monkeypatch.setattr(condenser, "_look_up", lambda ids: (asked.append(ids), look_up(ids))[1])
    batch = make_batch(make_tenant().id)
    events = [Event("message.sent", batch.tenant_id, "key", {"batch_id": str(batch.id)})] * 3
    sources = condenser.Sources()
    for _ in range(2):
        assert sources.of(events)[str(batch.id)] == ("campaigns", str(batch.source_id))
    assert asked == [{str(batch.id)}]
