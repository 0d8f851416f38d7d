"""A reseller's host names: adding one, proving it, removing it."""

from typing import Annotated
from uuid import UUID

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import reseller_scope, transaction
from aerostic.registry import runtime
from aerostic.tenancy.hosts import (
    HostError,
    Lookup,
    add_host,
    check_host,
    normal_host,
    proof_name,
    remove_host,
    system_lookup,
)
from aerostic.tenancy.models import Host
from aerostic.web.pages.access import staff_only
from aerostic.web.pages.forms import Form
from aerostic.web.pages.render import render, toast
from aerostic.web.reseller.brand import own_reseller
from aerostic.web.sites import site

views = Blueprint("reseller_domains", __name__)
HERE = "reseller_domains.index"
# Another callable here looks up TXT records another way.
LOOKUP = "aerostic.lookup"


class NewHost(BaseModel):
    """A name to add."""

    name: Annotated[str, Field(max_length=300)]


@views.get("/reseller/domains")
@staff_only("reseller")
def index() -> ResponseReturnValue:
    """All names, and what is still to do for each."""
    return _page(Form(NewHost))


@views.post("/reseller/domains")
@staff_only("reseller")
def add() -> ResponseReturnValue:
    """Add a name."""
    form = Form(NewHost, request.form)
    if form.valid:
        reseller_id = own_reseller()
        try:
            name = normal_host(form.value.name, runtime().settings.domain)
            with transaction(reseller_scope(reseller_id)) as session:
                add_host(session, reseller_id, name)
        except HostError as error:
            form.fail("name", _(str(error)))
        else:
            toast(_("Added. Now prove that it is yours, as described below it."))
            return redirect(url_for(HERE), 303)
    return _page(form), form.status


@views.post("/reseller/domains/<uuid:host_id>/check")
@staff_only("reseller")
def check(host_id: UUID) -> ResponseReturnValue:
    """Look for the proof of a name."""
    lookup: Lookup = current_app.extensions.get(LOOKUP, system_lookup)
    with transaction(reseller_scope(own_reseller())) as session:
        host = _host(session, host_id)
        before = host.verified_at
        if check_host(session, host, lookup) and before is None:
            toast(_("%(name)s is served from now on.", name=host.name))
        elif host.trouble:
            toast(_(host.trouble), "warning")
        else:
            toast(_("The proof is still there."))
    return redirect(url_for(HERE), 303)


@views.post("/reseller/domains/<uuid:host_id>/remove")
@staff_only("reseller")
def remove(host_id: UUID) -> ResponseReturnValue:
    """Serve a name no more."""
    with transaction(reseller_scope(own_reseller())) as session:
        host = _host(session, host_id)
        remove_host(session, host)
    toast(_("%(name)s is removed.", name=host.name))
    return redirect(url_for(HERE), 303)


def _host(session: Session, host_id: UUID) -> Host:
    return session.get(Host, host_id) or abort(404)


def _page(form: Form[NewHost]) -> str:
    with transaction(reseller_scope(own_reseller())) as session:
        hosts = session.scalars(select(Host).order_by(Host.name)).all()
    return render(
        "reseller/domains.html",
        form=form,
        hosts=hosts,
        proof_name=proof_name,
        site=site,
        target=f"app.{runtime().settings.domain}",
    )
