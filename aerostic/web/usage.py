"""What is used, for pages: a chart of things counted, a table of all kinds. Days are those of UTC."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from aerostic.db import utcnow
from aerostic.streams.metering import Amount, level, usage
from aerostic.web.pages.charts import Chart, Series
from aerostic.web.pages.formats import number, size
from aerostic.words import N_

TITLES = {
    "messages": N_("Messages sent"),
    "received": N_("Messages received"),
    "api_calls": N_("API calls"),
    "agent_tokens": N_("Agent tokens"),
    "storage": N_("Storage, added less removed"),
}
CHARTED = ("messages", "received", "api_calls")
DAYS = 30


@dataclass(frozen=True, slots=True)
class Used:
    """What was used of one kind today, and in all of the days, as people read it."""

    title: str
    today: str
    total: str


def used_chart(session: Session, tenant_id: UUID | None = None) -> Chart:
    """Messages and calls of each day, of one workspace or of all that the session's scope sees; without kinds nobody used."""
    days, amounts = _read(session, tenant_id)
    found = {(amount.kind, amount.begins): amount.amount for amount in amounts}
    series = [Series(_(TITLES[kind]), [found.get((kind, day), 0) for day in days]) for kind in CHARTED]
    labels = [format_date(day.date(), "d MMM") for day in days]
    return Chart("line", labels, [line for line in series if any(line.data)])


def used_sums(session: Session, tenant_id: UUID) -> Sequence[Used]:
    """Every kind that a workspace used."""
    days, amounts = _read(session, tenant_id)
    sums = []
    for kind, title in TITLES.items():
        of_kind = [amount for amount in amounts if amount.kind == kind]
        today = sum(amount.amount for amount in of_kind if amount.begins == days[-1])
        if of_kind:
            written = size if kind == "storage" else number
            sums.append(Used(_(title), written(today), written(sum(amount.amount for amount in of_kind))))
    return sums


def stored_now(session: Session, tenant_id: UUID) -> int:
    """How many bytes of files a workspace has here."""
    return level(session, tenant_id, "storage", _midnight() + timedelta(days=1))


def _read(session: Session, tenant_id: UUID | None) -> tuple[Sequence[datetime], Sequence[Amount]]:
    today = _midnight()
    days = [today - timedelta(days=n) for n in reversed(range(DAYS))]
    return days, usage(session, tenant_id, None, days[0], today + timedelta(days=1), "day")


def _midnight() -> datetime:
    return datetime.combine(utcnow().date(), time(), UTC)
