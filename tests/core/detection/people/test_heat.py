"""Heat: sums of scores by tenant and time."""

from datetime import UTC, datetime, timedelta

from flask import Flask

from aerostic.db import transaction
from aerostic.detection.people.heat import heat
from aerostic.testing.people import new_tenant
from tests.support.factories import TESTS
from tests.support.risk import make_signal

NOW = datetime(2026, 11, 3, 14, 25, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_scores_add_up_in_spans_of_time_the_hottest_first(app: Flask) -> None:
    cool, hot = new_tenant(), new_tenant()
    for tenant_id, ago, score in (
        (cool, timedelta(minutes=5), 0.4),
        (hot, timedelta(minutes=10), 0.5),
        (hot, timedelta(minutes=20), 0.25),
        (hot, timedelta(minutes=30), 0.9),
        (hot, 3 * HOUR, 0.9),
    ):
        make_signal(tenant_id, time=NOW - ago, score=score)
    with transaction(TESTS) as session:
        found = heat(session, HOUR, 3, NOW)
    assert found.times == [datetime(2026, 11, 3, hour, tzinfo=UTC) for hour in (12, 13, 14)]
    assert list(found.rows.items()) == [(hot, [0.0, 0.9, 0.75]), (cool, [0.0, 0.0, 0.4])]
    assert dict(found.counts) == {hot: 3, cool: 1}


def test_what_is_no_tenants_is_left_out_and_only_the_hottest_are_named(app: Flask) -> None:
    make_signal(None, subject_kind="address", subject="77aa", time=NOW)
    tenants = [new_tenant() for _ in range(3)]
    for number, tenant_id in enumerate(tenants):
        make_signal(tenant_id, time=NOW, score=0.3 + number / 10)
    with transaction(TESTS) as session:
        found = heat(session, HOUR, 1, NOW, most=2)
    assert list(found.rows) == [tenants[2], tenants[1]]
