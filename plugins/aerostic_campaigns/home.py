"""What campaigns show on the home page."""

from uuid import UUID

from sqlalchemy import select

from aerostic.sdk import N_, DashboardCard, OnboardingStep, tenant_scope, transaction

from .models import Campaign
from .results import latest
from .words import STATES

GOING = ("launching", "running", "paused")
AT_ONCE = 5


def cards(tenant_id: UUID) -> list[DashboardCard]:
    """The campaigns that are on their way; no card where there are none."""
    with transaction(tenant_scope(tenant_id)) as session:
        chosen = select(Campaign).where(Campaign.tenant_id == tenant_id, Campaign.state.in_(GOING))
        rows = session.scalars(chosen.order_by(Campaign.created_at.desc()).limit(AT_ONCE)).all()
        results = latest(session, [row.id for row in rows])
    context = {"campaigns": rows, "results": results, "looks": STATES}
    return [DashboardCard("campaigns/card.html", context, "campaigns.view", 10)] if rows else []


def steps(tenant_id: UUID) -> list[OnboardingStep]:
    """The first campaign, done once one was launched."""
    with transaction(tenant_scope(tenant_id)) as session:
        launched = select(Campaign.id).where(Campaign.tenant_id == tenant_id, Campaign.frozen_at.is_not(None))
        done = session.execute(launched.limit(1)).first() is not None
    return [
        OnboardingStep(
            N_("Send your first campaign"),
            N_("One template to many people, after you have seen what it will do and cost."),
            "/p/campaigns/new",
            done,
            50,
        )
    ]
