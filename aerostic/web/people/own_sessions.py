"""One's own sessions: where one is signed in, and ending that."""

from uuid import UUID

from flask import Blueprint, abort, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from aerostic.db import transaction
from aerostic.identity.scope import SIGN_IN
from aerostic.identity.sessions import end_session, end_sessions, list_sessions
from aerostic.identity.sign_ins import note
from aerostic.registry import runtime
from aerostic.web.pages.access import signed_in
from aerostic.web.pages.render import render, toast

views = Blueprint("own_sessions", __name__)
PATH = "/profile/sessions"


@views.get(PATH)
@signed_in
def show() -> ResponseReturnValue:
    """Where one is signed in, the last used first."""
    return render(
        "people/sessions.html",
        sessions=list_sessions(current_user.user.id),
        own=current_user.session.id,
        idle_hours=max(1, runtime().settings.session_idle_minutes // 60),
    )


@views.post(PATH)
@signed_in
def end_others() -> ResponseReturnValue:
    """End all sessions but this one."""
    with transaction(SIGN_IN) as session:
        end_sessions(session, current_user.user.id, but=current_user.session.id)
        note(session, current_user.user.id, "ended")
    toast(_("You are signed out everywhere else."))
    return redirect(PATH, 303)


@views.post(f"{PATH}/<uuid:session_id>/end")
@signed_in
def end(session_id: UUID) -> ResponseReturnValue:
    """End one of them; 404 for somebody else's."""
    if not end_session(current_user.user.id, session_id):
        abort(404)
    toast(_("That session has ended."))
    return redirect(PATH, 303)
