"""Errors as answers: a page in the brand where people look, JSON elsewhere; short, with what to do, never with a trace.

The pages need no database: what is not known when one is drawn is left out.
"""

from dataclasses import dataclass

from flask import Flask, g, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, default_exceptions

from aerostic.security.errors import KeyDestroyedError
from aerostic.security.logs import get_logger
from aerostic.web.api.problems import ApiError, problem
from aerostic.web.pages.render import render
from aerostic.words import N_

log = get_logger(__name__)
EXPIRED = 419


@dataclass(frozen=True, slots=True)
class Words:
    """What an error page says: a heading, what to do, and the icon beside it."""

    title: str
    text: str
    icon: str = "alert-circle"


TEXTS = {
    400: Words(N_("This request could not be read"), N_("Go back and try again.")),
    401: Words(N_("Please sign in"), N_("Sign in first."), "lock"),
    403: Words(
        N_("You may not do this"),
        N_("Your role does not allow this; ask an owner or admin of the workspace."),
        "shield-lock",
    ),
    404: Words(
        N_("There is nothing here"), N_("There is nothing here. The link may be old, or mistyped."), "zoom-exclamation"
    ),
    410: Words(
        N_("This was erased"), N_("The data of this workspace was erased, and nothing brings it back."), "trash"
    ),
    413: Words(N_("This is too large"), N_("This is too large. Send less at once."), "file"),
    419: Words(
        N_("This form has expired"),
        N_(
            "The page was open for too long, or you signed in anew meanwhile. Go back, reload the page, and send it again."
        ),
        "clock-pause",
    ),
    421: Words(N_("This address is not served here"), N_("This host is not served here; check the address."), "world"),
    422: Words(N_("Something is missing"), N_("Some of what was sent is missing or wrong.")),
    429: Words(
        N_("Slow down a little"), N_("Too many requests came at once. Wait a minute, then try again."), "hourglass"
    ),
    500: Words(
        N_("Something went wrong on our side"),
        N_("Something went wrong on our side. It has been recorded; try again in a moment."),
        "tool",
    ),
    503: Words(N_("Back in a moment"), N_("This part is starting or restarting. Try again in a few seconds."), "tool"),
}


def init_errors(app: Flask) -> None:
    """Answer every error in one of the two shapes."""
    for code in default_exceptions:
        app.register_error_handler(code, _answer)
    app.register_error_handler(CSRFError, _expired)
    app.register_error_handler(KeyDestroyedError, _erased)
    app.register_error_handler(Exception, _unexpected)


def error_page(code: int) -> ResponseReturnValue:
    """The answer for a status, as the request can take it."""
    words = TEXTS.get(code) or TEXTS[500 if code >= 500 else 400]
    place = g.get("place")
    if place is not None and place.area == "api":
        return problem(ApiError(code))
    if (place is not None and place.area == "hooks") or not _wants_page():
        return jsonify(error=_(words.text)), code
    return render("errors/error.html", code=code, words=words, reference=g.get("request_id", "")), code


def _wants_page() -> bool:
    best = request.accept_mimetypes.best_match(["application/json", "text/html"], default="application/json")
    return best == "text/html" and "brand" in g


def _answer(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    return error_page(error.code or 500)


def _expired(error: CSRFError) -> ResponseReturnValue:
    return error_page(EXPIRED)


def _erased(error: KeyDestroyedError) -> ResponseReturnValue:
    return error_page(410)


def _unexpected(error: Exception) -> ResponseReturnValue:
    if isinstance(error, HTTPException):
        return _answer(error)
    log.error("request failed", exc_info=error)
    return error_page(500)
