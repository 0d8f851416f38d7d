"""The gate of pages: closed to addresses that are blocked, and to people who have to prove anew who they are.

The API has a gate of its own. What is the same for everybody (files, health) is left alone, and so are the platform's own
people, who could not lift a flag otherwise.
"""

from datetime import UTC, datetime
from urllib.parse import urlencode

from flask import Flask, Response, g, jsonify, redirect, request, session
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from aerostic.security.restrictions import Restriction
from aerostic.web.held.flags import ask, held, seconds_left
from aerostic.web.held.here import here
from aerostic.web.pages.render import render
from aerostic.web.sessions import FILES
from aerostic.words import N_

AGAIN = "/sign-in/again"
# What somebody may do who has to prove who they are: that, and leave.
OPEN = frozenset({AGAIN, "/sign-out"})
# In the cookie: the decision for which the person has proved who they are.
PROVED = "proved"
BLOCKED = N_("Requests from your network are not taken at the moment: they look like an attack. Come back later.")


def init_gate(app: Flask) -> None:
    """Look at the flags of every page's request before anything is done."""
    app.before_request(_look)
    app.add_template_global(held)


def _look() -> BaseResponse | None:
    place = g.get("place")
    if place is None or place.area == "api" or request.path.startswith(FILES):
        return None
    person = current_user.user if current_user.is_authenticated else None
    ask(
        ("address", here().address),
        # Who works in somebody else's workspace is asked nothing there.
        ("user", str(person.id) if person and "visit" not in g else ""),
        ("tenant", str(g.get("tenant_id") or "")),
    )
    if person and person.staff == "platform":
        return None
    if blocked := held("address", "block"):
        return _refused(blocked)
    doubted = held("user", "challenge")
    if doubted and session.get(PROVED) != doubted.decision_id and request.path not in OPEN:
        return _ask_again()
    return None


def _refused(flag: Restriction) -> Response:
    headers = {"Retry-After": str(seconds_left(flag))}
    if request.accept_mimetypes.best_match(["application/json", "text/html"]) != "text/html":
        answer = jsonify(error=_(BLOCKED))
        answer.status_code = 403
        answer.headers.update(headers)
        return answer
    until = datetime.fromtimestamp(flag.until, UTC)
    page = render("held/address.html", until=until, reference=flag.decision_id)
    return Response(page, status=403, mimetype="text/html", headers=headers)


def _ask_again() -> BaseResponse:
    """What was posted cannot be posted again by going there."""
    back = urlencode({"next": request.full_path.rstrip("?")}) if request.method == "GET" else ""
    path = f"{AGAIN}?{back}" if back else AGAIN
    if request.headers.get("HX-Request"):
        return Response(status=204, headers={"HX-Redirect": AGAIN})
    return redirect(path, 303)
