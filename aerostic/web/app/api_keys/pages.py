"""The keys there are, and one of them: its name and limits, and revoking it."""

from uuid import UUID

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.identity.key_models import ApiKey
from aerostic.identity.keys import change_key, is_good, list_keys, revoke_key
from aerostic.identity.models import User
from aerostic.tenancy.current import current_tenant
from aerostic.web.app.api_keys.blueprint import views
from aerostic.web.app.api_keys.fields import Described, most
from aerostic.web.app.api_keys.use import by_outcome, lately
from aerostic.web.app.api_keys.words import standing, titles
from aerostic.web.pages.access import allowed
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast


@views.get("/settings/keys")
@allowed("settings.edit")
def index() -> ResponseReturnValue:
    """All keys, also those that are good no more."""
    with transaction(tenant_scope(current_tenant())) as session:
        keys = list_keys(session, current_tenant())
        makers = select(User.id, User.name).where(User.id.in_({key.created_by for key in keys}))
        names = dict(session.execute(makers).all())
    return render("app/api_keys/index.html", keys=keys, names=names, titles=titles(), standing=standing, now=utcnow())


@views.route("/settings/keys/<uuid:key_id>", methods=["GET", "POST"])
@allowed("settings.edit")
def show(key_id: UUID) -> ResponseReturnValue:
    """One key, to be changed."""
    key = find(key_id)
    if request.method == "POST" and not is_good(key):
        abort(404)
    start = {"name": key.name, "allowed": "\n".join(key.allowed), "per_minute": key.per_minute or ""}
    form = Form(Described, request.form if request.method == "POST" else None, initial=start)
    if form.valid:
        with transaction(tenant_scope(current_tenant())) as session:
            change_key(session, current_tenant(), key_id, name=form.value.name, limits=form.value.limits())
        toast(_("Saved. It holds from the key's next request on."))
        return redirect(url_for("api_keys.index"), 303)
    return key_page(key, form), form.status


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


def find(key_id: UUID) -> ApiKey:
    """A key of the workspace; 404 where it has none of this id."""
    mine = select(ApiKey).where(ApiKey.tenant_id == current_tenant(), ApiKey.id == key_id)
    with transaction(tenant_scope(current_tenant())) as session:
        return session.scalar(mine) or abort(404)


def key_page(key: ApiKey, form: Form[Described]) -> str:
    """The page of a key."""
    with transaction(tenant_scope(key.tenant_id)) as session:
        use = lately(session, key.tenant_id).get(key.id)
    return render(
        "app/api_keys/show.html",
        key=key,
        form=form,
        good=is_good(key),
        standing=standing(key),
        titles=titles(),
        calls=by_outcome(use),
        most=most(),
        now=utcnow(),
    )
