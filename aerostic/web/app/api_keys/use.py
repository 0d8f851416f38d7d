"""What keys asked in the last two weeks, as charts. Days are those of UTC, as everything that is metered has them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from aerostic.db import utcnow
from aerostic.identity.key_models import ApiKey
from aerostic.streams.metering import KeyDays, key_use
from aerostic.web.pages.charts import Chart, Series

DAYS = 14
# So many keys have bars of their own, in the first colours of the theme.
MOST = 6
REST_COLOR, REFUSED_COLOR = 8, 6


def lately(session: Session, tenant_id: UUID) -> Mapping[UUID, KeyDays]:
    """What each key asked on each day of two weeks, today the last; those that asked nothing are left out."""
    return key_use(session, tenant_id, _days()[0], DAYS)


def by_key(keys: Sequence[ApiKey], use: Mapping[UUID, KeyDays]) -> Chart:
    """The calls of each day by key: of those that asked most by name, of the others together."""
    asked = sorted((key for key in keys if key.id in use), key=lambda key: sum(use[key.id].calls), reverse=True)
    bars = [Series(key.name, use[key.id].calls) for key in asked[:MOST]]
    if rest := asked[MOST:]:
        sums = [sum(calls) for calls in zip(*(use[key.id].calls for key in rest), strict=True)]
        bars.append(Series(_("Other keys"), sums, REST_COLOR))
    return Chart("bar", _labels(), bars, stacked=True)


def by_outcome(use: KeyDays | None) -> Chart:
    """The calls of one key by day: those that were let through, and those that were turned away."""
    if use is None:
        return Chart("bar", _labels())
    through = [calls - refused for calls, refused in zip(use.calls, use.refused, strict=True)]
    bars = [Series(_("Let through"), through, 1), Series(_("Refused"), use.refused, REFUSED_COLOR)]
    return Chart("bar", _labels(), bars, stacked=True)


def _days() -> Sequence[date]:
    today = utcnow().date()
    return [today - timedelta(days=n) for n in reversed(range(DAYS))]


def _labels() -> Sequence[str]:
    return [format_date(day, "d MMM") for day in _days()]
