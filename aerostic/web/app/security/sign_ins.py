"""Who signed in to a workspace, who could not, and when: read from its audit log, where both are noted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from babel.dates import get_day_names
from flask.typing import ResponseReturnValue
from flask_babel import format_date, get_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.audit.models import AuditEntry
from aerostic.db import first_id, tenant_scope, transaction, utcnow
from aerostic.identity.models import User
from aerostic.web.app.security.blueprint import views
from aerostic.web.pages.access import allowed, current_workspace
from aerostic.web.pages.charts import Chart, Series
from aerostic.web.pages.render import render
from aerostic.words import N_

DAYS = 30
MOST = 5_000
SHOWN = 25
STARTED, REFUSED = "session.started", "session.refused"
# By what somebody got in, with the colour of its bars.
FACTORS = {
    "passkey": (N_("Passkey"), 1),
    "totp": (N_("Second step"), 2),
    "recovery": (N_("Recovery code"), 4),
    "password": (N_("Password alone"), 3),
}


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody signed in, or could not, `times` times from one network. `at` is in the workspace's zone."""

    at: datetime
    user_id: UUID
    factor: str
    new_device: bool
    address: str
    refused: bool
    times: int


@views.get("/security/sign-ins")
@allowed("security.view")
def sign_ins() -> ResponseReturnValue:
    """The last 30 days: by day and by what they got in, by hour of the week, and one by one."""
    tenant, now = current_workspace(), utcnow()
    zone = ZoneInfo(tenant.zone)
    with transaction(tenant_scope(tenant.id)) as session:
        tries = _tries(session, tenant.id, now - timedelta(days=DAYS), zone)
        people = select(User.id, User.name).where(User.id.in_({one.user_id for one in tries}))
        names = {row.id: row.name for row in session.execute(people)}
    found, wrong = [one for one in tries if not one.refused], [one for one in tries if one.refused]
    days = [(now.astimezone(zone) - timedelta(days=n)).date() for n in reversed(range(DAYS))]
    return render(
        "app/security/sign_ins.html",
        shown=tries[:SHOWN],
        count=len(found),
        names=names,
        factors=FACTORS,
        refused=sum(one.times for one in wrong),
        by_day=_by_day(found, wrong, days),
        by_hour=_by_hour(found),
        new_devices=sum(one.new_device for one in found),
        alone=sum(one.factor == "password" for one in found),
    )


def _tries(session: Session, tenant_id: UUID, since: datetime, zone: ZoneInfo) -> Sequence[SignIn]:
    """The latest first; at most 5,000."""
    own = AuditEntry.tenant_id == tenant_id, AuditEntry.area == "session", AuditEntry.id >= first_id(since)
    bodies = session.scalars(select(AuditEntry.body).where(*own).order_by(AuditEntry.id.desc()).limit(MOST))
    said = (orjson.loads(body) for body in bodies)
    return [
        SignIn(
            datetime.fromisoformat(one["at"]).astimezone(zone),
            UUID(one["target"].removeprefix("user:")),
            one["after"].get("factor", "password"),
            bool(one["after"].get("new_device")),
            one["address"],
            refused=one["action"] == REFUSED,
            times=one["after"].get("times", 1),
        )
        for one in said
        if one["action"] in (STARTED, REFUSED)
    ]


def _by_day(found: Iterable[SignIn], wrong: Iterable[SignIn], days: Sequence[date]) -> Chart:
    counts, refused = Counter((one.at.date(), one.factor) for one in found), Counter[date]()
    for one in wrong:
        refused[one.at.date()] += one.times
    rows = [Series(_(title), [counts[day, name] for day in days], color) for name, (title, color) in FACTORS.items()]
    rows.append(Series(_("Wrong tries"), [refused[day] for day in days], 6))
    used = [row for row in rows if any(row.data)]
    return Chart("bar", [format_date(day, "d MMM") for day in days], used, stacked=True)


def _by_hour(found: Iterable[SignIn]) -> Chart:
    """Weekdays upwards from the last one, as the chart draws its rows: so Monday is on top."""
    counts = Counter((one.at.weekday(), one.at.hour) for one in found)
    titles = get_day_names("abbreviated", locale=get_locale())
    rows = [Series(titles[day], [counts[day, hour] for hour in range(24)]) for day in reversed(range(7))]
    return Chart("heatmap", [f"{hour:02}" for hour in range(24)], rows)
