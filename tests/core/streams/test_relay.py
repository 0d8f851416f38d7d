"""The relay from the outbox to the bus."""

import threading
from collections.abc import Sequence

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.db import Event, db, emit_rows, new_id, scoped, service_scope, tenant_scope, transaction
from aerostic.db.events import announced
from aerostic.streams import BusError
from aerostic.streams.relay import LOCK, TRY_LOCK, relay, relay_batch
from tests.core.streams.conftest import make_events
from tests.support.processes import eventually


class Recorder:
    """Stands for the bus's publishing side; fails when told to."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.broken = False

    def publish(self, events: Sequence[Event]) -> None:
        self.events += events
        if self.broken:
            raise BusError("broken")


@pytest.fixture
def bus() -> Recorder:
    """What was published."""
    return Recorder()


def announce(events: Sequence[Event]) -> None:
    """Commit events to the outbox."""
    with transaction(service_scope("test")) as session:
        emit_rows(session, events)


def waiting() -> int:
    """How many events are in the outbox."""
    with transaction(service_scope("relay")) as session:
        return int(session.scalar(text("SELECT count(*) FROM outbox")) or 0)


def test_committed_events_arrive_in_their_order_and_leave_the_outbox(app: Flask, bus: Recorder) -> None:
    events = make_events(25, keys=3)
    announce(events)
    assert [relay_batch(bus, 10) for _ in range(4)] == [10, 10, 5, 0]
    assert (bus.events, waiting()) == (events, 0)


def test_an_event_of_a_tenant_arrives_as_it_was_emitted(app: Flask, bus: Recorder) -> None:
    tenant = new_id()
    event = Event(type="wallet.low", tenant_id=tenant, key="wallet", data={"balance": 10**15, "nested": [None, "ü"]})
    with transaction(tenant_scope(tenant)) as session:
        emit_rows(session, [event])
    relay_batch(bus)
    assert bus.events == [event]


def test_a_change_that_was_rolled_back_is_never_announced(app: Flask, bus: Recorder) -> None:
    with pytest.raises(RuntimeError), transaction(service_scope("test")) as session:
        emit_rows(session, make_events(1))
        raise RuntimeError
    assert (relay_batch(bus), bus.events) == (0, [])


def test_what_the_bus_did_not_take_stays_and_comes_again(app: Flask, bus: Recorder) -> None:
    events = make_events(4)
    announce(events)
    bus.broken = True
    with pytest.raises(BusError):
        relay_batch(bus)
    bus.broken = False
    relay_batch(bus)
    assert (bus.events, waiting()) == (events + events, 0)


def test_an_earlier_position_that_is_committed_later_is_not_lost(app: Flask, bus: Recorder) -> None:
    early, late = make_events(1), make_events(1)
    with transaction(service_scope("test")) as session:
        emit_rows(session, early)
        announce(late)
        relay_batch(bus)
    relay_batch(bus)
    assert bus.events == late + early


def test_what_is_committed_while_the_relay_publishes_is_not_deleted(
    app: Flask, bus: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    early, late = make_events(1), make_events(1)
    with Session(db.engine) as session, monkeypatch.context() as patch:
        with scoped(service_scope("test")):
            emit_rows(session, early)
        announce(late)
        patch.setattr(bus, "publish", lambda events: (Recorder.publish(bus, events), session.commit()))
        relay_batch(bus)
    relay_batch(bus)
    assert bus.events == late + early


def test_a_second_relay_stands_by(app: Flask, bus: Recorder) -> None:
    announce(make_events(2))
    with transaction(service_scope("relay")) as session:
        assert session.scalar(TRY_LOCK, {"lock": LOCK}) is True
        assert relay_batch(bus) == 0
    assert relay_batch(bus) == 2


def test_it_ends_when_told_to(app: Flask, bus: Recorder) -> None:
    stop = threading.Event()
    stop.set()
    announce(make_events(1))
    relay(bus, stop)
    assert bus.events == []


def test_what_this_process_announces_does_not_wait_for_the_next_look(
    app: Flask, bus: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("aerostic.streams.relay.IDLE_SECONDS", 600.0)
    stop, events = threading.Event(), make_events(2)

    def work() -> None:
        with app.app_context():
            relay(bus, stop)

    thread = threading.Thread(target=work)
    thread.start()
    for event in events:
        announce([event])
        eventually(lambda event=event: event in bus.events)  # type: ignore[misc]
    stop.set()
    announced.set()
    thread.join(20)
    assert (bus.events, thread.is_alive()) == (events, False)
