"""Having the books verified in the background, each night and when somebody asks, with a report that is kept."""

from dataclasses import asdict
from datetime import datetime, timedelta
from time import perf_counter
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, delete, or_, select, text
from sqlalchemy.orm import Session

from aerostic.billing.books.models import LedgerReport
from aerostic.billing.books.verifying import verify_books
from aerostic.billing.events import UNBALANCED
from aerostic.db import Event, emit, new_id, service_scope, transaction, utcnow
from aerostic.jobs.queues import IMPORTS, enqueue
from aerostic.ledger import Report
from aerostic.registry import Schedule

log = structlog.get_logger(__name__)
SERVICE = service_scope("cron")
RUN = "aerostic.billing.books.reports.run"
HOUR = 2  # UTC
LOOK_SECONDS = 1800
PATIENCE = timedelta(hours=1)
KEPT = timedelta(days=400)
ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('aerostic.ledger_report'))")


def verify_nightly() -> None:
    """Have the books verified unless that was done, or is on its way, since the hour of the night came last."""
    with transaction(SERVICE) as session:
        since = LedgerReport.asked_at >= last_night(utcnow())
        done = session.scalar(select(LedgerReport.id).where(since, or_(_finished(), _under_way())).limit(1))
        report_id = None if done else ask(session)
    if report_id:
        wake(report_id)


def last_night(now: datetime) -> datetime:
    """When the hour of the night came last."""
    hour = now.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return hour if hour <= now else hour - timedelta(days=1)


def ask(session: Session, user_id: UUID | None = None) -> UUID | None:
    """Note that a report is wanted; once that is committed, the caller wakes it. None where one is on its way already.

    Args:
        user_id: who wants it; None for the clock.
    """
    session.execute(ONE_AT_A_TIME)
    if session.scalar(select(LedgerReport.id).where(_under_way()).limit(1)):
        return None
    report = LedgerReport(id=new_id(), asked_by=user_id)
    session.add(report)
    return report.id


def wake(report_id: UUID) -> None:
    """Have a report made."""
    enqueue(RUN, str(report_id), name=IMPORTS)


def run(report_id: str) -> None:
    """Verify the books, keep what was found, and raise the alarm over what is off. A report that is made stays as it is."""
    if not _wanted(UUID(report_id)):
        return
    began = perf_counter()
    found = verify_books(SERVICE)
    milliseconds = round((perf_counter() - began) * 1000)
    with transaction(SERVICE) as session:
        report = session.get_one(LedgerReport, UUID(report_id), with_for_update=True)
        if report.finished_at:
            return
        _fill(report, found, milliseconds)
        _raise_alarm(session, report)
        session.execute(delete(LedgerReport).where(LedgerReport.asked_at < utcnow() - KEPT))


def is_under_way(report: LedgerReport) -> bool:
    """Whether a report is still to be expected; else its worker died."""
    return report.finished_at is None and report.asked_at > utcnow() - PATIENCE


def latest(session: Session, count: int) -> list[LedgerReport]:
    """The latest reports, those that are under way too."""
    return list(session.scalars(select(LedgerReport).order_by(LedgerReport.asked_at.desc()).limit(count)))


def last_finished(session: Session) -> LedgerReport | None:
    """The latest report that came to its end."""
    query = select(LedgerReport).where(_finished()).order_by(LedgerReport.asked_at.desc()).limit(1)
    return session.scalar(query)


def _wanted(report_id: UUID) -> bool:
    with transaction(SERVICE) as session:
        report = session.get(LedgerReport, report_id)
        return report is not None and report.finished_at is None


def _finished() -> ColumnElement[bool]:
    return LedgerReport.finished_at.is_not(None)


def _under_way() -> ColumnElement[bool]:
    return LedgerReport.finished_at.is_(None) & (LedgerReport.asked_at > utcnow() - PATIENCE)


def _fill(report: LedgerReport, found: Report, milliseconds: int) -> None:
    report.finished_at, report.milliseconds = utcnow(), milliseconds
    report.accounts, report.transfers = found.accounts, found.transfers
    report.entries, report.holds = found.entries, found.holds
    report.findings = [asdict(finding) for finding in found.findings]


def _raise_alarm(session: Session, report: LedgerReport) -> None:
    if not report.findings:
        return
    emit(
        session, Event(UNBALANCED.name, None, "ledger", {"report_id": str(report.id), "findings": len(report.findings)})
    )
    for finding in report.findings:
        log.error("the books do not balance", report=str(report.id), **finding)


SCHEDULES = (Schedule("billing.verify_books", verify_nightly, LOOK_SECONDS),)
