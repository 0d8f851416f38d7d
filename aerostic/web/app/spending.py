"""What was paid by kind of message, day by day: a chart for the wallet."""

from collections import defaultdict
from datetime import date, timedelta

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from aerostic.billing import used
from aerostic.billing.usage import today
from aerostic.tenancy.models import Tenant
from aerostic.web.app.money.words import CATEGORIES
from aerostic.web.pages.charts import Chart, Series
from aerostic.web.pages.formats import MICRO


def spending(session: Session, tenant: Tenant, days: int) -> Chart:
    """What a workspace paid on each of the last `days` (of UTC), by category; what nobody sent is left out."""
    until = today()
    shown = [until - timedelta(days=n) for n in reversed(range(days))]
    paid: dict[str, dict[date, int]] = defaultdict(dict)
    for row in used(session, shown[0], until, ("category", "day", "currency"), tenant_id=tenant.id):
        if row.paid and row.currency == tenant.currency and row.day and row.category:
            paid[row.category][row.day] = row.paid
    names = sorted(paid, key=lambda name: -sum(paid[name].values()))
    series = [
        Series(_(CATEGORIES.get(name, name)), [round(paid[name].get(day, 0) / MICRO, 2) for day in shown])
        for name in names
    ]
    return Chart("bar", [format_date(day, "d MMM") for day in shown], series, stacked=True)
