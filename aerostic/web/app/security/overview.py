"""The first page of the security centre."""

from collections.abc import Sequence
from datetime import timedelta

from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import func, select

from aerostic.audit.models import AuditEntry
from aerostic.db import first_id, tenant_scope, transaction, utcnow
from aerostic.detection.people import mine
from aerostic.web.app.security.advice import advice
from aerostic.web.app.security.blueprint import views
from aerostic.web.pages.access import allowed, current_workspace
from aerostic.web.pages.charts import Chart, Series
from aerostic.web.pages.render import render
from aerostic.web.risk.subjects import names

DAYS, WEEK = 30, timedelta(days=7)


@views.get("/security")
@allowed("security.view")
def index() -> ResponseReturnValue:
    """What is done about the workspace now, what was noticed in 30 days, and what would make it safer."""
    tenant, now = current_workspace(), utcnow()
    with transaction(tenant_scope(tenant.id)) as session:
        standing = mine.in_force(session, tenant.id, now)
        days = mine.by_day(session, tenant.id, tenant.zone, DAYS, now)
        appeals = mine.appeals(session, tenant.id)
        signed_in = select(func.count()).where(
            AuditEntry.tenant_id == tenant.id,
            AuditEntry.area == "session",
            AuditEntry.id >= first_id(now - WEEK),
            AuditEntry.body.contains('"action":"session.started"', autoescape=True),
        )
        return render(
            "app/security/index.html",
            standing=standing,
            why={name: signals[:3] for name, signals in mine.behind_each(session, standing).items()},
            subjects=names(session, [*standing, *(decision for _appeal, decision in appeals)]),
            signals=_chart(days),
            noticed=sum(day.all for day in days),
            sign_ins=session.scalar(signed_in) or 0,
            appeals=appeals,
            advice=advice(session, tenant, now),
        )


def _chart(days: Sequence[mine.Day]) -> Chart:
    return Chart(
        "bar",
        [format_date(day.day, "d MMM") for day in days],
        [
            Series(_("Strong"), [day.strong for day in days], 6),
            Series(_("Medium"), [day.medium for day in days], 3),
            Series(_("Weak"), [day.weak for day in days], 7),
        ],
        stacked=True,
    )
