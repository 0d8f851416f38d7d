"""How the API keys of a workspace are used, by day, and what was noticed about each."""

from datetime import datetime, timedelta
from itertools import pairwise

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import func, select

from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.detection.models import RiskSignal
from aerostic.detection.people import mine
from aerostic.identity.key_models import ApiKey
from aerostic.identity.keys import list_keys
from aerostic.web.app.api_keys.use import by_key, lately
from aerostic.web.app.api_keys.words import standing
from aerostic.web.app.security.blueprint import views
from aerostic.web.pages.access import allowed, current_workspace
from aerostic.web.pages.charts import Chart, Series
from aerostic.web.pages.render import render
from aerostic.words import N_

# Days, and what keys of up to that age are called.
AGES = ((30, N_("Up to a month")), (90, N_("Up to 3 months")), (365, N_("Up to a year")), (36_500, N_("Older")))
UNUSED = timedelta(days=90)


@views.get("/security/keys")
@allowed("security.view")
def keys() -> ResponseReturnValue:
    """Keys by their last use."""
    tenant, now = current_workspace(), utcnow()
    noticed = select(RiskSignal.subject, func.count()).where(
        RiskSignal.tenant_id == tenant.id, RiskSignal.subject_kind == "key"
    )
    with transaction(tenant_scope(tenant.id)) as session:
        found, use = list_keys(session, tenant.id), lately(session, tenant.id)
        counts = dict(session.execute(noticed.group_by(RiskSignal.subject)).all())
        on_keys = {one.subject: one for one in mine.in_force(session, tenant.id, now) if one.subject_kind == "key"}
    good = [key for key in found if not key.revoked_at and not (key.expires_at and key.expires_at <= now)]
    return render(
        "app/security/keys.html",
        keys=sorted(found, key=lambda key: (key in good, key.last_used_at or key.created_at), reverse=True),
        standing=standing,
        counts=counts,
        use=use,
        by_key=by_key(found, use),
        standing_on=on_keys,
        ages=_ages([(now - key.created_at).days for key in good]),
        unused=[key.id for key in good if _last_used(key) < (now - UNUSED)],
    )


def _last_used(key: ApiKey) -> datetime:
    return key.last_used_at or key.created_at


def _ages(days: list[int]) -> Chart:
    bounds = [-1, *(most for most, _words in AGES)]
    counts = [sum(low < age <= high for age in days) for low, high in pairwise(bounds)]
    return Chart("hbar", [_(words) for _most, words in AGES], [Series(_("Keys"), counts)])
