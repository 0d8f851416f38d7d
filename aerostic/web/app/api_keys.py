"""API keys of a workspace: listed, made and shown once, revoked."""

from datetime import timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import BaseModel, Field
from sqlalchemy import select

from aerostic.db import new_id, tenant_scope, transaction, utcnow
from aerostic.identity.key_models import ApiKey
from aerostic.identity.keys import LONGEST_NAME, create_key, list_keys, revoke_key
from aerostic.identity.models import User
from aerostic.identity.permissions import CORE
from aerostic.registry import runtime
from aerostic.tenancy.current import current_tenant
from aerostic.web.api.mounted import permissions_asked
from aerostic.web.pages.access import allowed, can, tenant_view
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast

views = Blueprint("api_keys", __name__)


class Wish(BaseModel):
    """A key to be made. `days` until it expires; 0 for one that lasts. `form_key` becomes its id."""

    form_key: UUID
    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    days: Literal["0", "30", "90", "365"]
    permissions: Annotated[list[str], Field(min_length=1)]


@views.get("/settings/keys")
@allowed("settings.edit")
def index() -> ResponseReturnValue:
    """All keys, also those that are good no more."""
    with transaction(tenant_scope(current_tenant())) as session:
        keys = list_keys(session, current_tenant())
        makers = select(User.id, User.name).where(User.id.in_({key.created_by for key in keys}))
        names = dict(session.execute(makers).all())
    return render("app/api_keys/index.html", keys=keys, names=names, titles=_titles(), standing=_standing)


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
            expires_at=utcnow() + timedelta(days=int(wish.days)) if wish.days != "0" else None,
        )
    return render("app/api_keys/made.html", key=made.row, text=made.text)


@views.post("/settings/keys/<uuid:key_id>/revoke")
@allowed("settings.edit")
def revoke(key_id: UUID) -> ResponseReturnValue:
    """Let a key in no more."""
    with transaction(tenant_scope(current_tenant())) as session:
        try:
            revoke_key(session, current_tenant(), key_id)
        except LookupError:
            abort(404)
    toast(_("The key is revoked. Programs that use it are refused from now on."))
    return redirect(url_for("api_keys.index"), 303)


def _page(form: Form[Wish]) -> str:
    return render("app/api_keys/new.html", form=form, offered=_offered().items(), form_key=new_id())


def _offered() -> dict[str, str]:
    """What the person may do, as far as the API asks for it."""
    asked = permissions_asked(runtime().registry)
    return {name: title for name, title in _titles().items() if name in asked and can(name)}


def _titles() -> dict[str, str]:
    """What each permission allows, in words: the core's, then those of the plugins that are on."""
    known: dict[str, Any] = {**CORE, **tenant_view().permissions}
    return {name: _(permission.title) for name, permission in known.items()}


def _standing(key: ApiKey) -> tuple[str, str]:
    """How a key stands, in words and on a colour."""
    if key.revoked_at:
        return _("Revoked"), "secondary"
    if key.expires_at and key.expires_at <= utcnow():
        return _("Expired"), "warning"
    return _("Active"), "success"
