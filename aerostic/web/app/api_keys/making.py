"""Making a key: the form, and showing the key this once."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import Field

from aerostic.db import new_id, tenant_scope, transaction, utcnow
from aerostic.identity.key_models import ApiKey
from aerostic.identity.keys import create_key
from aerostic.registry import runtime
from aerostic.tenancy.current import current_tenant
from aerostic.web.api.mounted import permissions_asked
from aerostic.web.app.api_keys.blueprint import views
from aerostic.web.app.api_keys.fields import Described, most
from aerostic.web.app.api_keys.words import titles
from aerostic.web.pages.access import allowed, can, current_workspace
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast

LAST_SECOND = time(23, 59, 59)


class Wish(Described):
    """A key to be made. `days` until it expires; 0 for one that lasts, `date` for the end of `until`, in the workspace's zone.
    `form_key` becomes its id."""

    form_key: UUID
    days: Literal["0", "30", "90", "365", "date"]
    until: date | None = None
    permissions: Annotated[list[str], Field(min_length=1)]


@views.get("/settings/keys/new")
@allowed("settings.edit")
def new() -> ResponseReturnValue:
    """The form for a new key."""
    return _page(Form(Wish, initial={"days": "90"}))


@views.post("/settings/keys/new")
@allowed("settings.edit")
def create() -> ResponseReturnValue:
    """Make a key and show it, this once: an answer that nobody keeps, instead of an address to come back to."""
    form, offered = Form(Wish, request.form), _offered()
    if form.valid and not set(form.value.permissions) <= offered.keys():
        form.fail("permissions", _("Choose among those that are offered."))
    expires_at = _expiry(form.value) if form.valid else None
    if form.valid and expires_at and expires_at <= utcnow():
        form.fail("until", _("Choose a day that is to come."))
    if form.valid and form.value.days == "date" and expires_at is None:
        form.fail("until", _("Choose the last day on which the key is good."))
    if not form.valid:
        return _page(form), form.status
    wish = form.value
    with transaction(tenant_scope(current_tenant())) as session:
        if session.get(ApiKey, wish.form_key):
            toast(_("This key was made already. If you have not copied it, revoke it and make another one."), "warning")
            return redirect(url_for("api_keys.index"), 303)
        made = create_key(
            session,
            current_tenant(),
            key_id=wish.form_key,
            name=wish.name,
            permissions=wish.permissions,
            granted=offered,
            created_by=current_user.user.id,
            expires_at=expires_at,
            limits=wish.limits(),
        )
    return render("app/api_keys/made.html", key=made.row, text=made.text)


def _expiry(wish: Wish) -> datetime | None:
    """When a key ends; None for one that lasts, or where the day was left out."""
    if wish.days != "date":
        return utcnow() + timedelta(days=int(wish.days)) if wish.days != "0" else None
    zone = ZoneInfo(current_workspace().zone)
    return datetime.combine(wish.until, LAST_SECOND, zone) if wish.until else None


def _page(form: Form[Wish]) -> str:
    return render("app/api_keys/new.html", form=form, offered=_offered().items(), form_key=new_id(), most=most())


def _offered() -> dict[str, str]:
    """What the person may do, as far as the API asks for it."""
    asked = permissions_asked(runtime().registry)
    return {name: title for name, title in titles().items() if name in asked and can(name)}
