"""What lies where: changes metered exactly, and what there is at any hour or day."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from aerostic.db import service_scope, tenant_scope, transaction
from aerostic.streams.metering import level, levels, metered, stored, stored_more
from aerostic.streams.metering.counting import count
from tests.support.factories import make_tenant
from tests.support.storage import announced_storage, places

NOON = datetime(2026, 3, 7, 12, tzinfo=UTC)


@pytest.fixture
def tenant(app: Flask) -> UUID:
    return make_tenant().id


def put(tenant_id: UUID, place: str, size: int) -> None:
    with transaction(tenant_scope(tenant_id)) as session:
        stored(session, tenant_id, place, size)


def test_what_changes_at_a_place_is_announced_once(tenant: UUID) -> None:
    for size in (100, 100, 250, 40, 0, 0):
        put(tenant, "export:1", size)
    assert (announced_storage(tenant), places(tenant)) == ([100, 150, -210, -40], {})


def test_a_change_that_is_rolled_back_was_never_stored(tenant: UUID) -> None:
    put(tenant, "export:1", 100)
    with pytest.raises(ZeroDivisionError), transaction(tenant_scope(tenant)) as session:
        stored(session, tenant, "export:1", 900)
        raise ZeroDivisionError
    assert (announced_storage(tenant), places(tenant)) == ([100], {"export:1": 100})


def test_rows_come_and_go_and_never_leave_less_than_nothing(tenant: UUID) -> None:
    for change in (-5, 70, 30, -60, -100):
        with transaction(tenant_scope(tenant)) as session:
            stored_more(session, tenant, "refused:1", change)
    assert (announced_storage(tenant), places(tenant)) == ([70, 30, -60, -40], {})


def test_places_are_a_workspaces_own(tenant: UUID) -> None:
    other = make_tenant().id
    put(tenant, "export:1", 10)
    put(other, "export:1", 7)
    assert (places(tenant), places(other)) == ({"export:1": 10}, {"export:1": 7})
    with transaction(tenant_scope(other)) as session:
        assert session.scalar(text("SELECT sum(bytes) FROM stored_place")) == 7


def test_many_at_one_place_at_once_announce_what_is_there_in_the_end(app: Flask, tenant: UUID) -> None:
    ready = threading.Barrier(4)

    def writer(turn: int) -> None:
        with app.app_context():
            ready.wait()
            for size in range(turn, 60, 4):
                put(tenant, "export:1", size)

    threads = [threading.Thread(target=writer, args=(turn,)) for turn in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(announced_storage(tenant)) == sum(places(tenant).values())


def test_what_is_there_is_known_at_every_hour_and_day(tenant: UUID) -> None:
    changes = {-48: 5_000, -1: 300, 0: 1_000, 2: -800, 30: -5_500}
    events = [
        replace(metered(tenant, "storage", change), time=NOON + timedelta(hours=hours))
        for hours, change in changes.items()
    ]
    with transaction(service_scope("usage")) as session:
        count(session, "test", events, NOON + timedelta(days=9))
    midnight, end = NOON - timedelta(hours=12), NOON + timedelta(days=9)
    with transaction(tenant_scope(tenant)) as session:
        hours = levels(session, tenant, "storage", NOON, end, "hour")
        days = levels(session, tenant, "storage", midnight, end, "day")
        at = [level(session, tenant, "storage", NOON + timedelta(hours=n)) for n in (-60, 0, 1, 3, 36)]
    assert [(f"{one.begins:%d %H}", one.amount) for one in hours] == [("07 12", 6_300), ("07 14", 5_500), ("08 18", 0)]
    assert [(f"{one.begins:%d}", one.amount) for one in days] == [("07", 5_500), ("08", 0)]
    assert at == [0, 5_300, 6_300, 5_500, 0]
