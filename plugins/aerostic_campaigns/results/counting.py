"""Counting a campaign's messages: one pass over them gives states, failures and the course of time."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.sdk import utcnow

from ..failures import RETRYABLE
from ..models import Campaign
from .model import Failure, Money, Results, Series
from .windows import Window, window

# Grouped by steps of the chart, a hundred thousand messages come to a few hundred rows. What lies behind the chart's end is
# one group, so that a late reader does not make a row of his own.
PASS = text("""
    SELECT state, status, coalesce(error_code, 0) AS code, max(error) AS words, count(*) AS n,
           count(*) FILTER (WHERE accepted_at > :lately) AS lately,
           CASE WHEN accepted_at < :end THEN date_bin(:step, accepted_at, :start) END AS accepted,
           CASE WHEN delivered_at < :end THEN date_bin(:step, delivered_at, :start) END AS delivered,
           CASE WHEN read_at < :end THEN date_bin(:step, read_at, :start) END AS read,
           CASE WHEN failed_at < :end THEN date_bin(:step, failed_at, :start) END AS failed
    FROM message WHERE batch_id = :batch GROUP BY 1, 2, 3, 7, 8, 9, 10
""")
# The planner expects as many groups as messages and would sort them all first, which takes three times as long.
HASHED, AS_BEFORE = text("SET LOCAL enable_sort = off"), text("SET LOCAL enable_sort TO DEFAULT")
REPLIES = text(
    "SELECT CASE WHEN replied_at < :end THEN date_bin(:step, replied_at, :start) END AS replied, count(*) AS n"
    " FROM campaigns__reply WHERE campaign_id = :campaign GROUP BY 1"
)
SKIPPED = text(
    "SELECT verdict, count(*) AS n FROM campaigns__recipient WHERE campaign_id = :campaign AND verdict <> '' GROUP BY 1"
)
CHARGES = text(
    "SELECT state, currency, CAST(sum(amount) AS bigint) AS amount FROM charge"
    " WHERE hold_id = ANY(CAST(:holds AS uuid[])) GROUP BY 1, 2"
)
MINUTE = timedelta(minutes=1)
ARRIVED = ("delivered", "read")


def count(session: Session, campaign: Campaign) -> Results:
    """Count everything anew."""
    now = utcnow()
    found = Results(taken_at=now, skipped=_skipped(session, campaign), money=_money(session, campaign))
    if campaign.batch_id is None:
        return found
    shown = window(campaign.started_at or now, campaign.finished_at, now)
    session.execute(HASHED)
    rows = session.execute(PASS, {**_steps(shown), "batch": campaign.batch_id, "lately": now - MINUTE}).all()
    session.execute(AS_BEFORE)
    replies = session.execute(REPLIES, {**_steps(shown), "campaign": campaign.id}).all()
    return found.model_copy(
        update={
            **_states(rows),
            "replied": sum(row.n for row in replies),
            "failures": _failures(rows),
            "series": _series(shown, rows, replies),
        }
    )


def _steps(shown: Window) -> dict[str, Any]:
    return {"start": shown.start, "end": shown.end, "step": timedelta(seconds=shown.step)}


def _states(rows: Any) -> dict[str, int]:
    states: Counter[str] = Counter()
    for row in rows:
        states[row.state] += row.n
        states["total"] += row.n
        states["last_minute"] += row.lately
        states["read"] += row.n if row.status == "read" else 0
        states["delivered"] += row.n if row.status in ARRIVED else 0
        states["any_failed"] += row.n if "failed" in (row.state, row.status) else 0
    names = ("total", "planned", "sending", "unknown", "cancelled", "accepted", "delivered", "read", "last_minute")
    return {name: states[name] for name in names} | {"refused": states["failed"], "failed": states["any_failed"]}


def _failures(rows: Any) -> list[Failure]:
    counts: Counter[int] = Counter()
    words: dict[int, str] = {}
    for row in rows:
        if "failed" in (row.state, row.status):
            counts[row.code] += row.n
            words.setdefault(row.code, row.words)
    return [
        Failure(code=code, words=words[code], count=number, retry=code in RETRYABLE)
        for code, number in counts.most_common()
    ]


def _series(shown: Window, rows: Any, replies: Any) -> Series:
    lines: dict[str, list[int]] = {
        name: [0] * shown.points for name in ("accepted", "delivered", "read", "failed", "replied")
    }

    def add(name: str, moment: datetime | None, number: int) -> None:
        place = shown.place(moment) if moment else None
        if place is not None:
            lines[name][place] += number

    for row in rows:
        for name in ("accepted", "delivered", "read", "failed"):
            add(name, getattr(row, name), row.n)
    for row in replies:
        add("replied", row.replied, row.n)
    return Series(start=shown.start, step=shown.step, **lines)


def _skipped(session: Session, campaign: Campaign) -> dict[str, int]:
    rows = session.execute(SKIPPED, {"campaign": campaign.id})
    return dict((Counter({row.verdict: row.n for row in rows}) + Counter(campaign.forgotten)).most_common())


def _money(session: Session, campaign: Campaign) -> Money:
    """The charges' money, and the part of the hold that no message needs: it goes back once all charges are settled."""
    rows = session.execute(CHARGES, {"holds": campaign.holds}).all()
    sums = Counter({row.state: row.amount for row in rows})
    rest = max(0, campaign.cost - sums.total())
    sums["held" if campaign.state == "launching" or sums["held"] else "released"] += rest
    currency = next((price[1] for price in campaign.prices.values()), "")
    return Money(**sums, currency=currency)
