"""Results: counted from the messages in one pass, kept for a moment, counted by one of many."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from aerostic_campaigns import lifecycle
from aerostic_campaigns.launch import freeze, launch
from aerostic_campaigns.models import Campaign, Snapshot
from aerostic_campaigns.results import counting, current, latest, snapshots
from aerostic_campaigns.results.refreshing import refresh
from aerostic_campaigns.results.windows import MOST_POINTS, window
from aerostic_campaigns.verdicts import CampaignError
from flask import Flask
from sqlalchemy import select

from aerostic.billing.models import Charge
from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.ledger.models import LedgerHold

from .fates import accept, anew, end, launched
from .scenes import Scene, make_scene

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
NOTHING = timedelta(0)
HOUR = timedelta(hours=1)


def test_each_stage_counts_those_who_came_at_least_so_far(app: Flask) -> None:
    scene, campaign, (waiting, sent, delivered, read, failed) = launched(5)
    accept(scene, sent)
    end(scene, delivered, "delivered")
    end(scene, read, "read")
    end(scene, failed, "failed", 131026)
    found = current(scene.tenant_id, campaign)
    assert (found.total, found.planned, found.accepted, found.delivered, found.read, found.failed) == (5, 1, 4, 2, 1, 1)
    assert (found.left, found.done, waiting is not None) == (1, 4, True)


def test_what_was_refused_failed_without_being_sent(app: Flask) -> None:
    scene, campaign, (first, second) = launched(2)
    accept(scene, first, state="failed", status="failed", error_code=131008, error="A value is missing.")
    accept(scene, second, state="unknown")
    found = current(scene.tenant_id, campaign)
    assert (found.accepted, found.refused, found.failed, found.unknown, found.left) == (0, 1, 1, 1, 0)


def test_failures_are_told_by_reason_and_whether_a_retry_helps(app: Flask) -> None:
    scene, campaign, ids = launched(4)
    for message_id, code in zip(ids, (131026, 131026, 131000, 131049), strict=True):
        end(scene, message_id, "failed", code)
    found = current(scene.tenant_id, campaign)
    most = found.failures[0]
    assert (most.code, most.count, most.words) == (131026, 2, "It failed with 131026.")
    helped = {failure.code: failure.retry for failure in found.failures}
    assert (helped, found.retryable) == ({131026: False, 131000: True, 131049: False}, 1)


def test_money_is_where_the_charges_are_and_adds_up_to_the_hold(app: Flask) -> None:
    scene, campaign, (first, second, third, fourth) = launched(4)
    end(scene, first, "delivered")
    end(scene, second, "failed", 131026)
    accept(scene, third)
    money = current(scene.tenant_id, campaign).money
    price = scene.read(campaign).cost // 4
    assert (money.captured, money.refunded, money.held, money.released) == (price, price, 2 * price, 0)
    end(scene, third, "read")
    lifecycle.cancel(scene.tenant_id, campaign)
    money = anew(scene, campaign).money
    assert (money.captured, money.refunded, money.held, money.released) == (2 * price, price, 0, price)
    assert (money.total, money.currency, fourth is not None) == (scene.read(campaign).cost, "USD", True)


def test_a_retry_counts_its_new_hold_too(app: Flask) -> None:
    scene, campaign, (first, second) = launched(2)
    end(scene, first, "failed", 131000)
    end(scene, second, "delivered")
    lifecycle.retry_failed(scene.tenant_id, campaign)
    end(scene, first, "delivered")
    money = current(scene.tenant_id, campaign).money
    with transaction(tenant_scope(scene.tenant_id)) as session:
        captured = sum(session.scalars(select(Charge.amount)))
        holds = session.query(LedgerHold).count()
    assert (money.captured, money.refunded, holds) == (captured, 0, 2)


def test_money_of_a_launch_that_is_still_planning_is_held(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(2)
    campaign = scene.campaign()
    with transaction(tenant_scope(scene.tenant_id)) as session:
        session.get_one(Campaign, campaign).state = "launching"
    freeze(scene.tenant_id, campaign)
    money = current(scene.tenant_id, campaign).money
    assert (money.held, money.captured, money.released) == (scene.read(campaign).cost, 0, 0)


def test_people_without_a_message_are_counted_by_verdict(app: Flask) -> None:
    scene = make_scene()
    scene.contacts(1)
    scene.contact("+4915112999998", marketing="withdrawn")
    scene.contact("+4915112999999", marketing="unknown")
    campaign = scene.campaign()
    launch(scene.tenant_id, campaign)
    assert current(scene.tenant_id, campaign).skipped == {"opted_out": 1, "no_consent": 1}


def test_the_course_counts_each_message_in_the_step_it_came_to(app: Flask) -> None:
    scene, campaign, (first, second, third) = launched(3)
    start = utcnow() - timedelta(minutes=4)
    with transaction(tenant_scope(scene.tenant_id)) as session:
        session.get_one(Campaign, campaign).started_at = start
    accept(scene, first, start + timedelta(seconds=5))
    accept(scene, second, start + timedelta(seconds=65))
    end(scene, third, "read", at=start + timedelta(seconds=66))
    found = current(scene.tenant_id, campaign)
    series = found.series
    assert series is not None and (series.step, len(series.accepted) <= MOST_POINTS) == (5, True)
    assert (sum(series.accepted), sum(series.delivered), sum(series.read), sum(series.failed)) == (3, 1, 1, 0)
    late = (start - series.start + timedelta(seconds=65)).total_seconds() // series.step
    assert series.accepted[int(late)] == 2


def test_the_last_minute_counts_what_was_just_taken(app: Flask) -> None:
    scene, campaign, (first, second) = launched(2)
    accept(scene, first, utcnow() - timedelta(seconds=70))
    accept(scene, second)
    assert current(scene.tenant_id, campaign).last_minute == 1


def test_a_campaign_that_was_not_launched_has_no_results(app: Flask) -> None:
    scene = make_scene()
    found = current(scene.tenant_id, scene.campaign())
    assert (found.total, found.series, found.money.total) == (0, None, 0)
    with pytest.raises(CampaignError):
        current(scene.tenant_id, uuid4())


def test_results_are_counted_anew_once_they_are_too_old(app: Flask) -> None:
    scene, campaign, (first, _) = launched(2)
    assert current(scene.tenant_id, campaign).accepted == 0
    accept(scene, first)
    assert current(scene.tenant_id, campaign, HOUR).accepted == 0
    with transaction(tenant_scope(scene.tenant_id)) as session:
        # Counting took as long as the machine made it take, and is kept for ten times that.
        session.get_one(Snapshot, campaign).took = 0
    assert current(scene.tenant_id, campaign, NOTHING).accepted == 1


def test_what_took_long_to_count_is_kept_longer(app: Flask) -> None:
    scene, campaign, (first, _) = launched(2)
    current(scene.tenant_id, campaign)
    with transaction(tenant_scope(scene.tenant_id)) as session:
        session.get_one(Snapshot, campaign).took = 60_000
    accept(scene, first)
    assert current(scene.tenant_id, campaign, NOTHING).accepted == 0


def test_of_many_who_ask_at_once_one_counts(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    scene, campaign, _ = launched(2)
    counted: list[object] = []

    def count(*arguments: object) -> object:
        counted.append(arguments)
        return counting.count(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(snapshots, "count", count)

    def ask(_: int) -> int:
        with app.app_context():
            return current(scene.tenant_id, campaign, HOUR).total

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(ask, range(8))) == {2}
    assert len(counted) == 1


def test_the_recurring_job_counts_what_is_stale_and_a_list_reads_it(app: Flask) -> None:
    scene, campaign, (first, _) = launched(2)
    refresh()
    accept(scene, first)
    refresh()
    assert known(scene, campaign) == 0
    with transaction(tenant_scope(scene.tenant_id)) as session:
        kept = session.get_one(Snapshot, campaign)
        kept.taken_at, kept.took = kept.taken_at - timedelta(seconds=11), 0
    refresh()
    assert known(scene, campaign) == 1


def test_of_what_ended_long_ago_nothing_is_counted_anew(app: Flask) -> None:
    scene, campaign, _ = launched(1)
    with transaction(tenant_scope(scene.tenant_id)) as session:
        session.get_one(Campaign, campaign).finished_at = utcnow() - timedelta(days=31)
    refresh()
    with transaction(tenant_scope(scene.tenant_id)) as session:
        assert latest(session, [campaign]) == {}


@pytest.mark.parametrize(
    ("length", "ended", "step"),
    [
        (timedelta(0), None, 1),
        (timedelta(seconds=40), None, 1),
        (timedelta(minutes=20), None, 30),
        (timedelta(hours=3), None, 300),
        (timedelta(days=40), None, 86_400),
        (timedelta(days=400), None, 604_800),
        (timedelta(days=40), timedelta(minutes=20), 120),
    ],
)
def test_a_window_has_few_points_whatever_its_length(length: timedelta, ended: timedelta | None, step: int) -> None:
    started = NOW - length
    found = window(started, started + ended if ended else None, NOW)
    assert (found.step, found.points <= MOST_POINTS, found.start <= started) == (step, True, True)
    assert found.place(started) == 0


def test_a_window_shows_nothing_of_the_future() -> None:
    found = window(NOW - timedelta(seconds=33), None, NOW)
    assert NOW < found.end <= NOW + timedelta(seconds=found.step)


def test_a_window_shows_the_sending_and_as_long_again() -> None:
    found = window(NOW - timedelta(days=9), NOW - timedelta(days=8), NOW)
    assert NOW - timedelta(days=7) <= found.end <= NOW - timedelta(days=7) + timedelta(seconds=2 * found.step)
    assert found.place(NOW) is None


def known(scene: Scene, campaign: UUID) -> int:
    with transaction(tenant_scope(scene.tenant_id)) as session:
        return latest(session, [campaign])[campaign].accepted
