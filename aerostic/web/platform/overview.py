"""The platform at a glance: who is on it, what it carries, what needs somebody."""

from datetime import timedelta

from flask import Blueprint
from flask.typing import ResponseReturnValue
from redis.exceptions import RedisError
from sqlalchemy import func, select

from aerostic.billing.books.reports import last_finished
from aerostic.db import platform_scope, transaction, utcnow
from aerostic.jobs.overview import queue_states
from aerostic.messaging.models import ChannelNumber, Lane, Message
from aerostic.registry import runtime
from aerostic.streams.bus import BusError
from aerostic.streams.overview import Streams
from aerostic.tenancy.models import Reseller, Tenant
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.render import render
from aerostic.web.platform.reconciliation import recent
from aerostic.web.platform.streams import streams_now
from aerostic.web.usage import used_chart

views = Blueprint("platform_overview", __name__)


@views.get("/overview")
@staff_only("platform")
def show() -> ResponseReturnValue:
    """Counts, and what is not as it should be."""
    with transaction(platform_scope("platform overview")) as session:
        counts = {
            "resellers": session.scalar(select(func.count()).select_from(Reseller)),
            "tenants": session.scalar(select(func.count()).select_from(Tenant)),
            "suspended": session.scalar(select(func.count()).select_from(Tenant).where(Tenant.status == "suspended")),
            "numbers": session.scalar(select(func.count()).select_from(ChannelNumber)),
            "messages": session.scalar(
                select(func.count()).select_from(Message).where(Message.created_at >= utcnow() - timedelta(days=1))
            ),
        }
        report, differences = last_finished(session), recent(session)
        used = used_chart(session)
        stopped = session.scalars(select(Lane).where(Lane.stopped != "").limit(20)).all()
    streams = _streams()
    return render(
        "platform/overview.html",
        counts=counts,
        stopped=stopped,
        used=used,
        differences=differences,
        unbalanced=report is not None and bool(report.findings),
        queues=queue_states(runtime()),
        relaxed=not runtime().settings.staff_second_step,
        streams=streams,
        plugins=runtime().registry.plugins.values(),
        quarantined=runtime().registry.quarantined,
    )


def _streams() -> Streams | None:
    """The streams; None where their server does not answer, which the page then says."""
    try:
        return streams_now()
    except (BusError, RedisError):
        return None
