"""Errors as answers: short, with what to do, never with a trace."""

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, default_exceptions

from aerostic.security.logs import get_logger

log = get_logger(__name__)
TEXTS = {
    401: "Sign in first.",
    403: "Your role does not allow this; ask an owner or admin of the workspace.",
    404: "There is nothing here.",
    413: "This is too large.",
    421: "This host is not served here; check the address.",
    422: "Some of what was sent is missing or wrong.",
    500: "Something went wrong on our side. It has been recorded; try again in a moment.",
}


def init_errors(app: Flask) -> None:
    """Answer every error as JSON, in one shape."""
    for code in default_exceptions:
        app.register_error_handler(code, _answer)
    app.register_error_handler(Exception, _unexpected)


def _answer(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    return jsonify(error=TEXTS.get(code, error.name)), code


def _unexpected(error: Exception) -> ResponseReturnValue:
    if isinstance(error, HTTPException):
        return _answer(error)
    log.error("request failed", exc_info=error)
    return jsonify(error=TEXTS[500]), 500
