"""In the consoles: asking for a reason and a time, and the link that opens the workspace."""

from typing import Annotated, Literal

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import BaseModel, Field

from aerostic.db import transaction
from aerostic.identity import impersonation
from aerostic.identity.impersonation import MINUTES, SCOPE
from aerostic.identity.sessions import Entry
from aerostic.tenancy.brands.finding import brand_of_reseller
from aerostic.tenancy.models import Tenant
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render
from aerostic.web.people import mailing
from aerostic.web.sites import site
from aerostic.web.support.telling import tell_owners


class Errand(BaseModel):
    """Why somebody works in a workspace that is not theirs, and for how long."""

    reason: Annotated[str, Field(min_length=5, max_length=300)]
    minutes: Literal[*map(str, MINUTES)]  # type: ignore[valid-type]


def serve(tenant: Tenant, back: str) -> ResponseReturnValue:
    """The form, or what came of it: a page with the link. `tenant` is one that the person's console shows."""
    form = Form(Errand, request.form if request.method == "POST" else None, initial={"minutes": str(MINUTES[0])})
    if form.valid and tenant.second_step and current_user.session.factor == "password":
        form.fail("", _("This workspace asks for a second step. Sign in with yours, then come back."))
    if not form.valid:
        times = [(minutes, _("%(count)s minutes", count=minutes)) for minutes in MINUTES]
        return render("support/start.html", form=form, tenant=tenant, back=back, times=times), form.status
    return render("support/ready.html", tenant=tenant, back=back, address=_begin(tenant, form.value))


def _begin(tenant: Tenant, errand: Errand) -> str:
    brand = brand_of_reseller(tenant.reseller_id)
    address, minutes = site(brand.host), int(errand.minutes)
    host = address.partition("://")[2].partition(":")[0]
    entry = Entry(current_user.user, current_user.session)
    with transaction(SCOPE) as session:
        tell_owners(session, brand, tenant, name=entry.user.name, reason=errand.reason, minutes=minutes)
        key = impersonation.begin(session, entry, tenant, reason=errand.reason, minutes=minutes, host=host)
    mailing.wake()
    return f"{address}/support/enter?key={key}"
