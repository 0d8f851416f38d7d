"""Errors of the API, all in one shape: `{"error": {"code", "message"}}`, and `fields` where single ones are wrong.

Codes are for programs and stay as they are; messages say what to do.
"""

from collections.abc import Mapping

from apiflask import HTTPError
from flask import Flask, Response, jsonify
from flask_babel import gettext as _
from pydantic import ValidationError

from aerostic.words import N_

TEXTS = {
    400: ("bad_request", N_("The request could not be read. Send JSON in UTF-8.")),
    401: ("unauthorized", N_("Send an API key: Authorization: Bearer ak_...")),
    403: ("forbidden", N_("This API key may not do that.")),
    404: ("not_found", N_("There is nothing here. Check the path and the ids in it.")),
    405: ("method_not_allowed", N_("This path does not take this method. See the document of the API.")),
    409: ("conflict", N_("This was changed by somebody else at the same time. Look at it, then try again.")),
    413: ("too_large", N_("This is too large. Send less at once.")),
    422: ("invalid", N_("Some of what was sent is missing or wrong. Correct the fields that are named.")),
    429: ("too_many_requests", N_("Too many requests. Wait as many seconds as Retry-After says, then go on.")),
    500: ("server_error", N_("Something went wrong on our side. It has been recorded; try again in a moment.")),
    503: ("unavailable", N_("This part is starting or restarting. Try again in a few seconds.")),
}


class ApiError(Exception):
    """A request that cannot be done.

    Args:
        status: of HTTP, 4xx.
        code: stable, for programs.
        message: what to do, translated.
        fields: for single fields, what is wrong with them.
        headers: more headers of the answer.
    """

    def __init__(
        self,
        status: int,
        code: str = "",
        message: str = "",
        *,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message or code or str(status))
        self.status, self.code, self.message = status, code, message
        self.fields, self.headers = fields, headers


def problem(error: ApiError) -> Response:
    """An error as an answer; code and message that were left out are those of its status."""
    code, words = TEXTS.get(error.status) or TEXTS[500 if error.status >= 500 else 400]
    shown: dict[str, object] = {"code": error.code or code, "message": error.message or _(words)}
    if error.fields:
        shown["fields"] = dict(error.fields)
    answer = jsonify(error=shown)
    answer.status_code = error.status
    answer.headers.update(error.headers or {})
    if error.status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def invalid(error: ValidationError) -> ApiError:
    """What was sent does not fit its model."""
    found: dict[str, str] = {}
    for detail in error.errors(include_url=False, include_input=False):
        place = ".".join(str(part) for part in detail["loc"])
        words = str(detail["ctx"]["error"]) if detail["type"] == "value_error" else detail["msg"]
        found.setdefault(place, words)
    return ApiError(422, fields=found)


def init_problems(app: Flask) -> None:
    """Answer what the API's own parts raise."""
    app.register_error_handler(ApiError, problem)
    app.register_error_handler(HTTPError, _of_apiflask)


def _of_apiflask(error: HTTPError) -> Response:
    cause = error.__cause__
    return problem(invalid(cause) if isinstance(cause, ValidationError) else ApiError(error.status_code))
