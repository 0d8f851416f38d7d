"""The books verified each night and when asked for: once, in the background, with a report that names what is off."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from flask import Flask
from psycopg import Connection
from sqlalchemy import select
from structlog.testing import capture_logs

from aerostic.billing.books import reports
from aerostic.billing.books.models import LedgerReport
from aerostic.cli.services.postgres import OWNER
from aerostic.db import new_id, reseller_scope, tenant_scope, transaction
from aerostic.db.models import OutboxEvent
from aerostic.jobs.cron import run_schedule
from aerostic.jobs.queues import IMPORTS, queue
from tests.core.billing.books.nights import work_off
from tests.core.billing.money import Money
from tests.support.factories import TESTS, make_reseller
from tests.support.services import Servers

NIGHTLY = "billing.verify_books"
TAMPER = """
    UPDATE ledger_entry SET amount = amount - 9, balance_after = balance_after - 9
    WHERE version = 1 AND account_id = (SELECT id FROM ledger_account WHERE purpose = 'wallet') RETURNING account_id
"""


@pytest.fixture
def money(app: Flask) -> Money:
    money = Money.with_charges(3)
    money.report((0, "delivered"), (1, "failed"))
    return money


def kept() -> list[LedgerReport]:
    with transaction(TESTS) as session:
        return list(session.scalars(select(LedgerReport).order_by(LedgerReport.asked_at)))


def alarms() -> list[OutboxEvent]:
    with transaction(TESTS) as session:
        return list(session.scalars(select(OutboxEvent).where(OutboxEvent.type == "ledger.unbalanced")))


def a_night() -> None:
    """The clock strikes, and a worker does what waits."""
    run_schedule(NIGHTLY)
    work_off()


def test_the_books_are_verified_once_a_night_and_the_report_is_kept(money: Money) -> None:
    for _ in range(3):
        run_schedule(NIGHTLY)
    assert [report.finished_at for report in kept()] == [None]
    work_off()
    a_night()
    (report,) = kept()
    assert report.finished_at is not None
    assert (report.accounts, report.transfers, report.entries, report.holds, report.findings) == (4, 4, 8, 1, [])
    assert alarms() == []


def test_what_the_databases_owner_tampered_with_is_named_by_the_nightly_report(
    money: Money, run_servers: Servers, migrated_database: str
) -> None:
    with psycopg.connect(run_servers.postgres.url(OWNER, migrated_database)) as owner:
        owner.execute("SELECT set_config('aerostic.platform', 'on', true)")
        ((account,),) = owner.execute(TAMPER).fetchall()
    a_night()
    (report,) = kept()
    first = report.findings[0]
    assert first["rule"] == "entry: its version or balance does not follow from those before"
    assert (first["subject"], first["expected"]) == (f"{account} version 2", "version 2, balance 880")
    assert [finding["rule"].partition(":")[0] for finding in report.findings] == ["entry", "account", "transfer"]


def test_what_is_off_raises_an_alarm_of_the_platform_and_an_error_in_the_log(money: Money, admin: "Connection") -> None:
    admin.execute("UPDATE ledger_account SET balance = balance + 1 WHERE purpose = 'wallet'")
    with capture_logs() as logs:
        a_night()
    (report,), (alarm,) = kept(), alarms()
    assert (alarm.tenant_id, alarm.data) == (None, {"report_id": str(report.id), "findings": 2})
    assert [(line["log_level"], line["event"]) for line in logs] == [("error", "the books do not balance")] * 2


@pytest.mark.parametrize(
    ("now", "came"),
    [
        ("2026-05-04T02:00", "2026-05-04T02:00"),
        ("2026-05-04T01:59", "2026-05-03T02:00"),
        ("2026-05-04T23:00", "2026-05-04T02:00"),
    ],
)
def test_the_hour_of_the_night_is_two_by_universal_time(now: str, came: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert reports.last_night(moment) == datetime.fromisoformat(came).replace(tzinfo=UTC)


def test_a_night_later_they_are_verified_again(money: Money, admin: "Connection") -> None:
    a_night()
    admin.execute("UPDATE ledger_report SET asked_at = asked_at - interval '1 day'")
    a_night()
    assert [report.findings for report in kept()] == [[], []]


def test_a_report_is_made_once_however_often_its_job_runs(money: Money) -> None:
    run_schedule(NIGHTLY)
    (job,) = queue(IMPORTS).jobs
    reports.run(*job.args)
    first = kept()[0].finished_at
    reports.run(*job.args)
    reports.run(str(new_id()))
    assert [report.finished_at for report in kept()] == [first]


def test_a_report_whose_worker_died_is_made_anew_the_same_night(money: Money, admin: "Connection") -> None:
    run_schedule(NIGHTLY)
    queue(IMPORTS).empty()
    with transaction(TESTS) as session:
        assert reports.ask(session) is None
    admin.execute("UPDATE ledger_report SET asked_at = %s", (datetime.now(UTC) - timedelta(hours=2),))
    a_night()
    assert [report.finished_at is not None for report in kept()] == [False, True]


def test_old_reports_are_forgotten(money: Money, admin: "Connection") -> None:
    a_night()
    admin.execute("UPDATE ledger_report SET asked_at = asked_at - interval '401 days'")
    a_night()
    assert len(kept()) == 1


def test_nobody_but_the_platform_sees_reports(money: Money) -> None:
    a_night()
    for scope in (tenant_scope(money.tenant_id), reseller_scope(make_reseller().id)):
        with transaction(scope) as session:
            assert session.scalars(select(LedgerReport)).all() == []
