"""Metering: what a workspace uses, by hour and day, each event once whatever comes twice."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from flask import Flask

from aerostic.db import Event, new_id, service_scope, tenant_scope, transaction
from aerostic.registry import runtime
from aerostic.settings import Settings
from aerostic.streams.metering import KINDS, Amount, KeyDays, forgetting, key_use, metered, usage
from aerostic.streams.metering.counting import Forgetting, count
from aerostic.streams.metering.handling import CALLS, HANDLER, follow
from aerostic.streams.observed.bus import open_observations
from tests.support.factories import TESTS, make_tenant

NOON = datetime(2026, 3, 7, 12, tzinfo=UTC)
NOW = NOON + timedelta(days=2)


@pytest.fixture
def tenant(app: Flask) -> UUID:
    return make_tenant().id


def event(tenant_id: UUID | None, kind: str = "message.accepted", at: datetime = NOON) -> Event:
    return Event(kind, tenant_id, "k", {}, time=at)


def counted(*events: Event, now: datetime = NOW) -> int:
    with transaction(service_scope("usage")) as session:
        return count(session, "test", events, now)


def used(tenant_id: UUID, kind: str | None = None, by: str = "hour") -> list[tuple[str, str, int]]:
    with transaction(tenant_scope(tenant_id)) as session:
        found = usage(session, tenant_id, kind, NOON - timedelta(days=9), NOW + timedelta(days=9), by)
    return [(f"{amount.begins:%d %H}", amount.kind, amount.amount) for amount in found]


def test_events_are_counted_by_kind_hour_and_day_of_utc(tenant: UUID) -> None:
    india = NOON.astimezone().fromisoformat("2026-03-08T05:00:00+05:30")  # half past eleven in the evening, of UTC
    counted(
        event(tenant),
        event(tenant, at=NOON + timedelta(minutes=59)),
        event(tenant, at=NOON + timedelta(minutes=60)),
        event(tenant, at=india),
        event(tenant, "message.received"),
        event(tenant, "api.asked"),
        metered(tenant, "agent_tokens", 1_200),
        metered(tenant, "storage", 5_000),
        metered(tenant, "storage", -2_000),
    )
    assert used(tenant, "messages") == [("07 12", "messages", 2), ("07 13", "messages", 1), ("07 23", "messages", 1)]
    assert used(tenant, "messages", "day") == [("07 00", "messages", 4)]
    assert {kind: amount for _, kind, amount in used(tenant, by="day")} == {
        "messages": 4,
        "received": 1,
        "api_calls": 1,
        "agent_tokens": 1_200,
        "storage": 3_000,
    }
    assert {kind for _, kind, _ in used(tenant)} == KINDS.keys()


def test_an_event_that_comes_again_counts_once(tenant: UUID) -> None:
    events = [event(tenant) for _ in range(5)]
    assert [counted(*events[:3], events[0]), counted(*events[1:]), counted(*events)] == [3, 2, 0]
    assert used(tenant) == [("07 12", "messages", 5)]


def test_what_two_processes_count_at_once_counts_once(app: Flask, tenant: UUID) -> None:
    events, ready = [event(tenant) for _ in range(200)], threading.Barrier(4)

    def process(turn: int) -> None:
        with app.app_context():
            ready.wait()
            for _ in range(5):
                counted(*(events if turn % 2 else reversed(events)))

    threads = [threading.Thread(target=process, args=(turn,)) for turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert used(tenant) == [("07 12", "messages", 200)]


def test_a_transaction_that_fails_has_counted_nothing(tenant: UUID) -> None:
    first = event(tenant)
    with pytest.raises(ZeroDivisionError), transaction(service_scope("usage")) as session:
        count(session, "test", [first], NOW)
        raise ZeroDivisionError
    assert counted(first) == 1
    assert used(tenant) == [("07 12", "messages", 1)]


def test_workspaces_see_their_own_and_the_platform_adds_up(tenant: UUID) -> None:
    other = make_tenant().id
    counted(event(tenant), event(other), event(other), event(None))
    with transaction(tenant_scope(tenant)) as session:
        seen = usage(session, None, None, NOON, NOW, "hour")
        assert usage(session, other, None, NOON, NOW, "hour") == []
    with transaction(TESTS) as session:
        every = usage(session, None, None, NOON, NOW, "hour")
    assert (seen, every) == ([Amount(NOON, "messages", 1)], [Amount(NOON, "messages", 3)])


def test_a_period_ends_before_its_end(tenant: UUID) -> None:
    for hours in range(-13, 25):
        counted(event(tenant, at=NOON + timedelta(hours=hours)))
    with transaction(tenant_scope(tenant)) as session:
        hours = usage(session, tenant, "messages", NOON, NOON + timedelta(hours=2), "hour")
        days = usage(session, tenant, "messages", NOON - timedelta(hours=12), NOON + timedelta(hours=12), "day")
        partly = usage(session, tenant, "messages", NOON, NOON + timedelta(hours=12), "day")
    assert [amount.begins for amount in hours] == [NOON, NOON + timedelta(hours=1)]
    assert days == [Amount(NOON - timedelta(hours=12), "messages", 24)]
    assert partly == []


def test_an_event_from_the_future_counts_now(tenant: UUID) -> None:
    counted(event(tenant, at=NOW + timedelta(days=300)))
    assert used(tenant) == [("09 12", "messages", 1)]


@pytest.mark.parametrize(
    "data", [{}, {"kind": "messages", "amount": 1}, {"kind": "storage", "amount": "1"}, {"kind": "storage"}]
)
def test_an_event_that_does_not_say_what_was_used_is_refused(tenant: UUID, data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="does not say"):
        counted(Event("usage.metered", tenant, "k", data))


def test_only_what_no_other_event_tells_of_is_said_to_be_metered(tenant: UUID) -> None:
    with pytest.raises(ValueError, match="agent_tokens or storage"):
        metered(tenant, "messages", 1)
    with pytest.raises(ValueError, match="-3 agent_tokens"):
        metered(tenant, "agent_tokens", -3)


def test_the_handler_counts_what_it_hears(tenant: UUID) -> None:
    events = [event(tenant), metered(tenant, "agent_tokens", 7)]
    for batch in (events, events[:1], events):
        HANDLER.function(tenant, batch)
    HANDLER.function(None, [event(None)])
    assert HANDLER.types == {"message.accepted", "message.received", "usage.metered"}
    with transaction(tenant_scope(tenant)) as session:
        seen = usage(session, tenant, None, NOON - timedelta(days=1), datetime.now(UTC) + timedelta(days=1), "day")
    assert sorted((amount.kind, amount.amount) for amount in seen) == [("agent_tokens", 7), ("messages", 1)]


@pytest.mark.parametrize("point", ["before the sums are committed", "before the bus is told"])
def test_a_consumer_that_is_killed_counts_each_call_once(
    app: Flask, settings: Settings, tenant: UUID, point: str
) -> None:
    with closing(open_observations(settings, runtime().redis)) as bus:
        bus.create_group(CALLS)
        bus.publish([event(tenant, "api.asked") for _ in range(300)] + [event(tenant, "page.asked")])
        killed = subprocess.run(
            (sys.executable, "-m", "tests.core.streams.metering.counter", point),
            env={**os.environ, **environment(settings)},
            cwd=Path(__file__).parents[4],
            timeout=180,
        )
        assert killed.returncode == -signal.SIGKILL
        assert used(tenant) == ([("07 12", "api_calls", 300)] if point == "before the bus is told" else [])
        assert bus.lag(CALLS) == 301
        runtime().redis.delete(*runtime().redis.keys("*lease*"), *runtime().redis.keys("*members*"))
        catch_up(bus)
        assert used(tenant) == [("07 12", "api_calls", 300)]


def catch_up(bus) -> None:
    """Consume until nothing is left."""
    stop = threading.Event()
    with closing(bus.consumer(CALLS, name="next")) as consumer:
        commit = consumer.commit

        def committed() -> None:
            commit()
            if bus.lag(CALLS) == 0:
                stop.set()

        consumer.commit = committed
        follow(bus, consumer, stop)


def environment(settings: Settings) -> dict[str, str]:
    return {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "AEROSTIC_REDIS_PREFIX": settings.redis_prefix,
        "AEROSTIC_KEYS": settings.keys.get_secret_value(),
        "AEROSTIC_SECRET_KEY": settings.secret_key.get_secret_value(),
        "AEROSTIC_STAFF_SECOND_STEP": "false",
    }


def test_ids_are_let_go_once_the_consumer_has_run_for_an_hour(tenant: UUID, admin: "psycopg.Connection") -> None:
    def step(minutes: int) -> int:
        with transaction(service_scope("usage")) as session:
            letting_go.step(session, NOW + timedelta(minutes=minutes))
        return admin.execute("SELECT count(*) FROM metered_event").fetchone()[0]

    counted(event(tenant), now=NOW - timedelta(hours=5))
    counted(event(tenant), now=NOW + timedelta(minutes=10))
    letting_go = Forgetting("test", NOW)
    assert [step(minutes) for minutes in (0, 59, 60, 69, 72)] == [2, 2, 1, 1, 0]


def call(tenant_id: UUID | None, key: object, status: object = 200, at: datetime = NOON) -> Event:
    return Event("api.asked", tenant_id, "k", {"key": key, "status": status}, time=at)


def by_key(tenant_id: UUID, first: datetime = NOON, days: int = 2) -> dict[UUID, KeyDays]:
    with transaction(tenant_scope(tenant_id)) as session:
        return dict(key_use(session, tenant_id, first.date(), days))


def test_calls_are_counted_by_key_and_day_of_utc_and_those_refused_among_them(tenant: UUID) -> None:
    shop, desk = new_id(), new_id()
    calls = [call(tenant, str(shop), status) for status in (200, 403, 429, 404, 500)]
    late = call(tenant, str(shop), at=NOON.fromisoformat("2026-03-08T05:00:00+05:30"))
    counted(*calls, late, call(tenant, str(desk), at=NOON + timedelta(days=1)))
    assert by_key(tenant) == {shop: KeyDays([6, 0], [2, 0]), desk: KeyDays([0, 1], [0, 0])}


def test_a_call_that_comes_again_counts_once_for_its_key(tenant: UUID) -> None:
    key = new_id()
    calls = [call(tenant, str(key), 429) for _ in range(5)]
    assert [counted(*calls[:3], calls[0]), counted(*calls)] == [3, 2]
    assert by_key(tenant) == {key: KeyDays([5, 0], [5, 0])}


@pytest.mark.parametrize("key", ["", "k12", None, 7, {}])
def test_a_call_without_a_key_counts_for_its_workspace_alone(tenant: UUID, key: object) -> None:
    counted(call(tenant, key, ["403"]))
    assert (by_key(tenant), used(tenant)) == ({}, [("07 12", "api_calls", 1)])


def test_nobody_else_sees_what_a_key_asked(tenant: UUID) -> None:
    other = make_tenant().id
    counted(call(tenant, str(new_id())), call(None, str(new_id())))
    with transaction(tenant_scope(other)) as session:
        assert key_use(session, tenant, NOON.date(), 2) == {}


def test_days_of_keys_are_forgotten(tenant: UUID) -> None:
    old, new = datetime.now(UTC) - timedelta(days=91), datetime.now(UTC) - timedelta(days=89)
    key = new_id()
    counted(call(tenant, str(key), at=old), call(tenant, str(key), at=new), now=datetime.now(UTC))
    forgetting.forget()
    assert by_key(tenant, old, 3) == {key: KeyDays([0, 0, 1], [0, 0, 0])}


def test_hours_are_forgotten_and_their_days_stay(tenant: UUID) -> None:
    old, new = datetime.now(UTC) - timedelta(days=91), datetime.now(UTC) - timedelta(days=89)
    counted(event(tenant, at=old), event(tenant, at=new), now=datetime.now(UTC))
    forgetting.forget()
    with transaction(tenant_scope(tenant)) as session:
        span = (old - timedelta(days=1), new + timedelta(days=1))
        assert [len(usage(session, tenant, None, *span, by)) for by in ("hour", "day")] == [1, 2]
