"""At the workspace's host: the way in, which works once, and the button to end."""

from flask import Blueprint, g, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_user

from aerostic.identity.impersonation import end, open_with
from aerostic.web.consoles.places import console_of
from aerostic.web.pages.render import render, toast
from aerostic.web.sessions import OWN, Visiting

views = Blueprint("support", __name__)


@views.get("/support/enter")
def enter() -> ResponseReturnValue:
    """Open the workspace; a link that was used, is older than a minute or belongs to another host opens nothing."""
    visit = open_with(request.args.get("key", ""), g.place.host)
    if visit is None:
        return render("support/spent.html"), 410
    own = str(visit.entry.session.id)
    # On one host with the console, the person's own session comes back afterwards.
    before = session.get("_user_id"), session.get(OWN)
    session.clear()
    if own in before:
        session[OWN] = own
    login_user(Visiting(visit))
    return redirect("/", 303)


@views.post("/support/end")
def leave() -> ResponseReturnValue:
    """End it, and go back to where it began."""
    if "visit" not in g:
        return redirect("/", 303)
    visit, own = g.visit, session.get(OWN)
    end(visit.row.id)
    session.clear()
    if not own:
        # Browsers let no form lead to another host, so this page has the way back.
        vars(g).pop("visit")
        return render("support/ended.html", address=console_of(visit.entry.user, visit.row.tenant_id))
    session["_user_id"], session["_fresh"] = own, True
    toast(_("You work as yourself again."))
    return redirect(f"/reseller/tenants/{visit.row.tenant_id}", 303)
