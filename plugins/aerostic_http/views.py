"""The pages of secrets: which there are, a new one, and one of them. No page shows a value."""

import re
from typing import Annotated
from uuid import UUID

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from pydantic import AfterValidator, BaseModel, Field
from sqlalchemy.orm import Session

from aerostic.sdk import Form, allowed, current_tenant, http, render, tenant_scope, toast, transaction

from . import secrets
from .hosts import read
from .models import Secret

blueprint = Blueprint("http_app", __name__, template_folder="templates")
LONGEST = 4_000


def _hosts(typed: str) -> str:
    """One host a line, in its usual form."""
    try:
        return "\n".join(read(typed))
    except ValueError as error:
        raise ValueError(_(str(error))) from None


def _name(typed: str) -> str:
    if not re.fullmatch(secrets.NAME, typed):
        raise ValueError(_("Write small letters, digits and underscores, at most 40, with a letter first: shop_token."))
    return typed


def _value(typed: str) -> str:
    if typed and not http.sendable("X-Secret", typed):
        raise ValueError(_("A secret is one line of letters, digits and signs, as it was given to you."))
    return typed


Hosts = Annotated[str, Field(min_length=1, max_length=4_000), AfterValidator(_hosts)]


class New(BaseModel):
    """A secret to be kept."""

    name: Annotated[str, AfterValidator(_name)]
    value: Annotated[str, Field(min_length=8, max_length=LONGEST), AfterValidator(_value)]
    hosts: Hosts


class Changed(BaseModel):
    """Where one may be sent, and its new value; none leaves the old one."""

    hosts: Hosts
    value: Annotated[str, Field(min_length=8, max_length=LONGEST), AfterValidator(_value)] | None = None


@blueprint.get("/secrets")
@allowed("http.secrets")
def index() -> ResponseReturnValue:
    """All secrets, each with the published flows that use it."""
    with transaction(tenant_scope(current_tenant())) as session:
        known = secrets.listed(session, current_tenant())
        users = secrets.users(session, current_tenant()) if known else {}
    return render("http/secrets.html", secrets=known, users=users)


@blueprint.route("/secrets/new", methods=["GET", "POST"])
@allowed("http.secrets")
def new() -> ResponseReturnValue:
    """Keep a new one."""
    form = Form(New, request.form if request.method == "POST" else None)
    if form.valid:
        wish = form.value
        try:
            with transaction(tenant_scope(current_tenant())) as session:
                hosts = wish.hosts.split()
                secrets.add(session, current_tenant(), wish.name, wish.value, hosts, current_user.user.id)
        except secrets.SecretError as error:
            form.fail("name" if error.code == "taken" else "", _(str(error)))
        else:
            toast(_("The secret %(name)s is kept. Flows can use it from now on.", name=wish.name))
            return redirect(url_for("http_app.index"), 303)
    return render("http/new.html", form=form), form.status


@blueprint.route("/secrets/<uuid:secret_id>", methods=["GET", "POST"])
@allowed("http.secrets")
def show(secret_id: UUID) -> ResponseReturnValue:
    """Where one may be sent, and replacing its value."""
    with transaction(tenant_scope(current_tenant())) as session:
        secret = _found(session, secret_id)
        start = {"hosts": "\n".join(secret.hosts)}
        form = Form(Changed, request.form if request.method == "POST" else None, initial=start)
        if form.valid:
            secrets.change(session, secret, form.value.hosts.split(), form.value.value or "", current_user.user.id)
        users = secrets.users(session, current_tenant()).get(secret.name, [])
    if form.valid:
        toast(_("Saved. It holds from the next request on."))
        return redirect(url_for("http_app.index"), 303)
    return render("http/secret.html", secret=secret, form=form, users=users), form.status


@blueprint.post("/secrets/<uuid:secret_id>/delete")
@allowed("http.secrets")
def delete(secret_id: UUID) -> ResponseReturnValue:
    """Let one go, unless a published flow uses it."""
    with transaction(tenant_scope(current_tenant())) as session:
        secret = _found(session, secret_id)
        try:
            secrets.delete(session, secret)
        except secrets.SecretError as error:
            toast(_(str(error)), "danger")
            return redirect(url_for("http_app.show", secret_id=secret_id), 303)
    toast(_("The secret %(name)s is deleted.", name=secret.name))
    return redirect(url_for("http_app.index"), 303)


def _found(session: Session, secret_id: UUID) -> Secret:
    """The secret of an address; 404 where this workspace has none of the id."""
    secret = session.get(Secret, secret_id)
    return secret if secret and secret.tenant_id == current_tenant() else abort(404)
