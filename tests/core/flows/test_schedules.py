"""Flows that start by the clock: each moment once, also with several processes and after an outage."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event, Thread
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import update

from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.flows import drafts
from aerostic.flows.document import Document
from aerostic.flows.runs import driving, scheduling, waves
from aerostic.flows.runs.clock import start_due
from aerostic.flows.runs.plans import plans
from aerostic.flows.start_models import FlowSchedule, FlowWave
from aerostic.flows.timetable import Timetable
from aerostic.messaging.contacts import tags
from aerostic.registry.tenant_view import TenantView
from tests.core.flows.nodes import KINDS, Nothing, Start
from tests.core.flows.shop import Shop
from tests.core.flows.test_engine import flow
from tests.support.factories import make_contact

BERLIN = ZoneInfo("Europe/Berlin")


class Times(Nothing):
    tag: str = ""
    late: bool = True
    every: str = "day"
    at: str = "09:00"


class Clock(Start):
    kind, Config = "test.clock", Times

    def timetable(self, config: Any) -> Timetable:
        return Timetable(every=config.every, at=config.at, tag=config.tag, late=config.late)


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(TenantView, "flow_nodes", {**KINDS, Clock.kind: Clock()}, raising=False)
    plans.cache_clear()
    yield
    plans.cache_clear()


@pytest.fixture
def shop(app: Flask) -> Shop:
    return Shop()


def clocked(**config: Any) -> Document:
    return flow(("a", "clock", config), ("s", "set", {"name": "n"}), edges="a>s")


def come(shop: Shop, ago: timedelta = timedelta()) -> datetime:
    """The next moment of all schedules has come."""
    moment = utcnow() - ago
    with transaction(tenant_scope(shop.id)) as session:
        session.execute(update(FlowSchedule).values(next_at=moment))
    return moment


def schedule(shop: Shop) -> FlowSchedule:
    with transaction(tenant_scope(shop.id)) as session:
        return session.query(FlowSchedule).one()


def tagged(shop: Shop, count: int, name: str = "vip") -> list[UUID]:
    contacts = [make_contact(shop.id).id for _ in range(count)]
    with transaction(tenant_scope(shop.id)) as session:
        tags.put_on(session, shop.id, tags.tag_named(session, shop.id, name).id, contacts)
    return contacts


@pytest.mark.parametrize(
    ("timetable", "after", "expected"),
    [
        (Timetable("minutes", minutes=30), "2026-11-26T10:05+00:00", "2026-11-26T10:30+00:00"),
        (Timetable("minutes", minutes=30), "2026-11-26T10:30+00:00", "2026-11-26T11:00+00:00"),
        (Timetable("day", at="09:00"), "2026-11-26T08:00+00:00", "2026-11-27T08:00+00:00"),
        (Timetable("day", at="09:00"), "2026-11-26T07:59+00:00", "2026-11-26T08:00+00:00"),
        (Timetable("week", at="18:30", weekdays=(0, 4)), "2026-11-27T17:30+00:00", "2026-11-30T17:30+00:00"),
        (Timetable("month", at="09:00", day=31), "2026-11-26T10:00+00:00", "2026-11-30T08:00+00:00"),
        (Timetable("month", at="09:00", day=31), "2027-01-31T08:00+00:00", "2027-02-28T08:00+00:00"),
        # The clock goes from two to three, and in autumn from three to two.
        (Timetable("day", at="02:30"), "2026-03-28T12:00+00:00", "2026-03-29T01:30+00:00"),
        (Timetable("day", at="02:30"), "2026-10-24T12:00+00:00", "2026-10-25T00:30+00:00"),
        (Timetable("day", at="02:30"), "2026-10-25T00:30+00:00", "2026-10-26T01:30+00:00"),
    ],
)
def test_a_moment_is_by_the_workspaces_clock(timetable: Timetable, after: str, expected: str):
    found = timetable.after(datetime.fromisoformat(after), BERLIN)
    assert found.astimezone(UTC) == datetime.fromisoformat(expected)
    assert timetable.last(found, BERLIN) == found
    assert timetable.last(found - timedelta(seconds=1), BERLIN) < found


def test_a_moment_is_started_once_and_the_next_one_is_noted(shop: Shop):
    shop.publish(clocked())
    assert (start_due(), schedule(shop).next_at > utcnow()) == (0, True)
    come(shop)
    found = scheduling.due()
    assert (start_due(), start_due(), [run.contact_id for run in shop.runs()]) == (1, 0, [None])
    # Another process had seen it, too, and is late.
    assert ([scheduling.start(one) for one in found], start_due(), len(shop.runs())) == ([False], 0, 1)
    assert utcnow() < schedule(shop).next_at < utcnow() + timedelta(days=1, minutes=1)


def test_of_two_processes_one_starts_the_moment(app: Flask, shop: Shop):
    shop.publish(clocked())
    barrier = Barrier(4)

    def race(_: int) -> int:
        with app.app_context():
            found = scheduling.due()
            barrier.wait()
            started = [scheduling.start(one) for one in found]
            barrier.wait()
            return sum(started) + 10 * sum(map(waves.go_on, waves.due()))

    for number in range(1, 6):
        come(shop)
        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(race, range(4))) % 10 == 1
        start_due()
        assert len(shop.runs()) == number


def test_a_wave_ends_also_where_another_process_just_looks_at_it(
    app: Flask, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    shop.publish(clocked())
    come(shop)
    assert [scheduling.start(one) for one in scheduling.due()] == [True]
    (wave,), locked = waves.due(), Event()

    def look() -> None:
        with app.app_context(), transaction(tenant_scope(shop.id)) as session:
            assert waves._locked(session, wave.id)
            locked.set()
            time.sleep(0.3)

    def begin(*_: object) -> None:
        Thread(target=look).start()
        assert locked.wait(10)

    monkeypatch.setattr(waves, "_begin", begin)
    waves.go_on(wave)
    with transaction(tenant_scope(shop.id)) as session:
        assert session.query(FlowWave).all() == []


def test_of_what_was_missed_the_last_is_made_up_for_where_the_trigger_wants_it(shop: Shop):
    shop.publish(clocked(every="minutes"))
    come(shop, timedelta(hours=30))
    assert (start_due(), start_due(), len(shop.runs())) == (1, 0, 1)


def test_what_was_missed_is_left_out_where_the_trigger_wants_no_late_start(shop: Shop):
    shop.publish(clocked(late=False, at=f"{utcnow() - timedelta(hours=2):%H:%M}"))
    come(shop, timedelta(days=40))
    assert (start_due(), schedule(shop).next_at > utcnow()) == (0, True)


def test_a_run_begins_for_each_contact_with_the_tag_a_few_at_a_time(shop: Shop):
    shop.publish(clocked(tag="vip"))
    contacts = tagged(shop, 60)
    come(shop)
    assert [start_due() for _ in range(3)] == [50, 10, 0]
    assert sorted(run.contact_id for run in shop.runs() if run.contact_id) == sorted(contacts)
    with transaction(tenant_scope(shop.id)) as session:
        assert session.query(FlowWave).count() == 0


def test_a_moment_is_left_out_while_the_one_before_it_is_going_on(shop: Shop):
    shop.publish(clocked(tag="vip"))
    tagged(shop, 60)
    come(shop)
    assert start_due() == 50
    come(shop)
    assert [start_due() for _ in range(2)] == [10, 0]


def test_a_process_that_dies_in_the_middle_begins_nothing_twice(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    shop.publish(clocked(tag="vip"))
    tagged(shop, 5)
    come(shop)
    begun, begin = [], driving.begin

    def dies(*args: Any) -> Any:
        if len(begun) == 3:
            raise SystemExit
        begun.append(1)
        return begin(*args)

    with monkeypatch.context() as patched, pytest.raises(SystemExit):
        patched.setattr(waves, "begin", dies)
        start_due()
    assert (start_due(), len(shop.runs())) == (0, 3)
    with transaction(tenant_scope(shop.id)) as session:
        session.execute(update(FlowWave).values(next_at=utcnow()))
    assert (start_due(), len(shop.runs())) == (5, 5)


def test_one_contact_that_cannot_be_begun_keeps_no_other_from_it(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    shop.publish(clocked(tag="vip"))
    contacts, begin = tagged(shop, 3), driving.begin

    def breaks(session: Any, version: Any, begins: Any) -> Any:
        if begins.contact_id == contacts[1]:
            raise ValueError("broken")
        return begin(session, version, begins)

    monkeypatch.setattr(waves, "begin", breaks)
    come(shop)
    start_due()
    assert {run.contact_id for run in shop.runs()} == {contacts[0], contacts[2]}


def test_a_flow_that_is_paused_starts_no_more(shop: Shop):
    flow_id = shop.publish(clocked(tag="vip"))
    tagged(shop, 60)
    come(shop)
    start_due()
    with transaction(tenant_scope(shop.id)) as session:
        drafts.pause(session, flow_id)
    assert (start_due(), len(shop.runs()), scheduling.due()) == (0, 50, [])


def test_a_moment_that_is_due_while_a_new_version_is_published_is_not_lost(shop: Shop):
    flow_id = shop.publish(clocked())
    come(shop)
    with transaction(tenant_scope(shop.id)) as session:
        drafts.save(session, flow_id, clocked(late=False), 1)
        version = drafts.publish(session, flow_id, user_id=None)
    assert start_due() == 1
    assert [run.version_id for run in shop.runs()] == [version.id]


def test_another_tenants_long_wave_keeps_nobody_waiting(shop: Shop):
    shop.publish(clocked(tag="vip"))
    tagged(shop, 120)
    come(shop)
    start_due()
    other = Shop()
    other.publish(clocked())
    come(other)
    start_due()
    assert (len(other.runs()), len(shop.runs())) == (1, 100)
