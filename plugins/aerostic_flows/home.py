"""What flows show on the home page."""

from datetime import datetime, time
from uuid import UUID

from flask_babel import get_timezone
from sqlalchemy import func, select

from aerostic.sdk import DashboardCard, first_id, tenant_scope, transaction
from aerostic.sdk.automation import Flow, FlowRun

from .flows import fate

# Runs of a day that are counted.
MOST = 10_000


def cards(tenant_id: UUID) -> list[DashboardCard]:
    """How many runs began today, and how they went; no card where no flow is published."""
    midnight = datetime.combine(datetime.now(get_timezone()).date(), time(), get_timezone())
    today = (FlowRun.tenant_id == tenant_id, FlowRun.id >= first_id(midnight))
    newest = select(FlowRun.state).where(*today).order_by(FlowRun.id.desc()).limit(MOST).subquery()
    published = select(Flow.id).where(Flow.tenant_id == tenant_id, Flow.published_id.is_not(None))
    counted: dict[str, int] = {"ended": 0, "going": 0, "failed": 0, "cancelled": 0}
    with transaction(tenant_scope(tenant_id)) as session:
        if session.scalar(published.limit(1)) is None:
            return []
        for state, count in session.execute(select(newest.c.state, func.count()).group_by(newest.c.state)):
            counted[fate(state)] += count
    total = sum(counted.values())
    context = {"counted": counted, "total": total, "more": total >= MOST, "since": midnight.date().isoformat()}
    return [DashboardCard("flows/card.html", context, "flows.view", 20)]
