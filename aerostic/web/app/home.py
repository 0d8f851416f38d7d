"""The first page of a workspace: how things stand, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.ledger import wallet_balance
from aerostic.messaging.models import ChannelNumber, Conversation
from aerostic.messaging.statistics import Day, daily
from aerostic.registry import DashboardCard, OnboardingStep
from aerostic.tenancy.models import Tenant
from aerostic.web.app.onboarding import onboarding_steps
from aerostic.web.pages.access import allowed, can, current_workspace, tenant_view
from aerostic.web.pages.charts import Chart, Series
from aerostic.web.pages.render import render

views = Blueprint("home", __name__)
DAYS, WEEK = 30, 7


@dataclass(frozen=True, slots=True)
class Standing:
    """What the page is made of, read in one transaction."""

    days: Sequence[Day]
    balance: int
    numbers: Sequence[ChannelNumber]
    waiting: int
    steps: list[OnboardingStep]


@views.get("/")
@allowed()
def home() -> ResponseReturnValue:
    """The home page."""
    tenant, view = current_workspace(), tenant_view()
    standing = _standing(tenant)
    steps = sorted([*standing.steps, *view.onboarding_steps(tenant.id)], key=lambda step: step.order)
    cards = [card for card in view.dashboard_cards(tenant.id) if not card.permission or can(card.permission)]
    return render(
        "app/home.html",
        tenant=tenant,
        standing=standing,
        steps=steps if any(not step.done for step in steps) else [],
        cards=[_drawn(card) for card in sorted(cards, key=lambda card: card.order)],
        now=_sums(standing.days[-WEEK:]),
        before=_sums(standing.days[-2 * WEEK : -WEEK]),
        delivery=_delivery(standing.days),
    )


def _standing(tenant: Tenant) -> Standing:
    now = utcnow()
    with transaction(tenant_scope(tenant.id)) as session:
        return Standing(
            days=daily(session, tenant.id, tenant.zone, DAYS, now),
            balance=wallet_balance(session, tenant.id, tenant.currency),
            numbers=session.scalars(select(ChannelNumber).order_by(ChannelNumber.display).limit(6)).all(),
            waiting=_open_windows(session, tenant.id, now),
            steps=onboarding_steps(session, tenant),
        )


def _open_windows(session: Session, tenant_id: UUID, now: datetime) -> int:
    query = select(func.count()).select_from(Conversation)
    return session.scalar(query.where(Conversation.tenant_id == tenant_id, Conversation.window_until > now)) or 0


def _drawn(card: DashboardCard) -> str:
    return render(card.template, **card.context)


def _sums(days: Sequence[Day]) -> Day:
    names = ("sent", "delivered", "read", "failed", "received")
    return Day(days[0].day, *(sum(getattr(day, name) for day in days) for name in names))


def _delivery(days: Sequence[Day]) -> Chart:
    """A day's messages by what became of them; the parts do not overlap, so that they add up."""
    return Chart(
        "bar",
        [format_date(day.day, "d MMM") for day in days],
        [
            Series(_("Read"), [day.read for day in days], 5),
            Series(_("Delivered, not read"), [day.delivered - day.read for day in days], 2),
            Series(_("On the way"), [max(0, day.sent - day.delivered - day.failed) for day in days], 8),
            Series(_("Failed"), [day.failed for day in days], 6),
        ],
        stacked=True,
    )
