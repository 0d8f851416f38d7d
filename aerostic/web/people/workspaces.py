"""The workspaces of a person: choosing one, changing to another, leaving."""

from flask import Blueprint, abort, g, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from aerostic.db import tenant_scope, transaction
from aerostic.tenancy import members
from aerostic.tenancy.members import MemberError
from aerostic.web.pages.access import signed_in
from aerostic.web.pages.render import render, toast
from aerostic.web.people.entering import CONSOLES
from aerostic.web.people.roles import role_titles
from aerostic.web.sessions import TENANT, Workspace, workspaces_of

views = Blueprint("workspaces", __name__)


@views.get("/workspaces")
@signed_in
def choose() -> ResponseReturnValue:
    """The workspaces of the person that can be opened on this host."""
    found = workspaces_of(current_user.user.id, g.place.reseller_id)
    return render(
        "people/workspaces.html",
        workspaces=found,
        console=CONSOLES.get(current_user.user.staff, ""),
        roles=role_titles(),
    )


@views.post("/workspaces")
@signed_in
def work_in() -> ResponseReturnValue:
    """Work in the chosen one; 404 for one the person does not belong to."""
    session[TENANT] = str(_chosen().id)
    return redirect("/", 303)


@views.post("/workspaces/leave")
@signed_in
def leave() -> ResponseReturnValue:
    """Leave the chosen one for good."""
    workspace = _chosen()
    try:
        with transaction(tenant_scope(workspace.id)) as database:
            members.leave(database, workspace.id, current_user.user.id)
    except MemberError as error:
        toast(_(str(error)), "danger")
    else:
        toast(_("You have left %(name)s.", name=workspace.name))
    return redirect("/workspaces", 303)


def _chosen() -> Workspace:
    found = {str(one.id): one for one in workspaces_of(current_user.user.id, g.place.reseller_id)}
    wanted = request.form.get("id", "")
    return found.get(wanted) or abort(404)
