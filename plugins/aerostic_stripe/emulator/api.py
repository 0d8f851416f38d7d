"""The API: checkout sessions and refunds, behind a key, each request once an idempotency key (docs: api/idempotent_requests)."""

import hmac
import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, request
from flask.typing import ResponseReturnValue

from .forms import nested
from .state import StateError, Thing, current, shown

views = Blueprint("api", __name__, url_prefix="/v1")
LEAST, MOST = 50, 99_999_999
NEEDED = ("mode", "success_url", "line_items")
BAD = "invalid_request_error"


class ApiError(Exception):
    """A refusal in Stripe's words."""

    def __init__(self, status: int, kind: str, message: str, code: str | None = None, param: str | None = None) -> None:
        self.status = status
        self.body = {"error": {"type": kind, "message": message, "code": code, "param": param}}


class Guard:
    """Lets in who has the key, and answers what was asked before under the same idempotency key as it was answered then."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._answers: dict[str, tuple[str, bytes, Response]] = {}

    def watch(self, app: Flask) -> None:
        """Stand before the API, and behind it."""
        app.before_request_funcs[views.name] = [self._check]
        app.after_request_funcs[views.name] = [self._remember]

    def _check(self) -> Response | None:
        sent = request.authorization
        given = (sent.token or sent.username or "") if sent else ""
        if not hmac.compare_digest(given.encode(), self._key.encode()):
            raise ApiError(401, BAD, "Invalid API Key provided")
        before = self._answers.get(request.headers.get("Idempotency-Key", ""))
        if before is None:
            return None
        path, body, answer = before
        if (path, body) != (request.path, request.get_data()):
            text = "Keys for idempotent requests can only be used with the same parameters they were first used with."
            raise ApiError(400, "idempotency_error", text)
        return Response(answer.get_data(), 200, {"Idempotent-Replayed": "true"}, answer.mimetype)

    def _remember(self, answer: Response) -> Response:
        name = request.headers.get("Idempotency-Key", "")
        if name and answer.status_code == 200:
            self._answers.setdefault(name, (request.path, request.get_data(), answer))
        return answer


@views.errorhandler(ApiError)
def refuse(error: ApiError) -> ResponseReturnValue:
    """Say what is wrong."""
    return error.body, error.status


@views.post("/checkout/sessions")
def create() -> ResponseReturnValue:
    """A new session."""
    wanted = _fields()
    _check_session(wanted)
    return current().open(wanted)


@views.get("/checkout/sessions/<id_>")
def retrieve(id_: str) -> ResponseReturnValue:
    """A session as it stands."""
    return shown(_session(id_))


@views.post("/checkout/sessions/<id_>/expire")
def expire(id_: str) -> ResponseReturnValue:
    """Let nobody pay it any more."""
    _session(id_)
    return _done(lambda: current().expire(id_))


@views.post("/refunds")
def refund() -> ResponseReturnValue:
    """Give the payer something back."""
    wanted = _fields()
    amount = int(wanted["amount"]) if "amount" in wanted else None
    return _done(lambda: current().refund(wanted.get("payment_intent", ""), amount))


def _fields() -> Thing:
    """The form of a request; its raw bytes are kept, to be compared when it comes again."""
    request.get_data(cache=True)
    return nested(request.form.items(multi=True))


def _session(id_: str) -> Thing:
    found = current().sessions.get(id_)
    if found is None:
        raise ApiError(404, BAD, f"No such checkout.session: '{id_}'", "resource_missing", "id")
    return found


def _done(act: Callable[[], Thing]) -> Thing:
    try:
        return act()
    except StateError as error:
        raise ApiError(400, BAD, str(error)) from None


def _check_session(wanted: Thing) -> None:
    for name in NEEDED:
        if not wanted.get(name):
            raise ApiError(400, BAD, f"Missing required param: {name}.", "parameter_missing", name)
    price = _price(wanted)
    if price["unit_amount"] < LEAST:
        raise ApiError(400, BAD, "The amount is too small.", "amount_too_small", "line_items")
    if price["unit_amount"] > MOST:
        raise ApiError(400, BAD, "The amount is too large.", "amount_too_large", "line_items")


def _price(wanted: Thing) -> Any:
    try:
        price = wanted["line_items"][0]["price_data"]
        price["unit_amount"] = int(price["unit_amount"])
        if re.fullmatch("[a-z]{3}", price["currency"]) and price["product_data"]["name"]:
            return price
    except (LookupError, TypeError, ValueError):
        pass
    raise ApiError(400, BAD, "Invalid line_items.", "parameter_invalid", "line_items")
