"""A POST that is sent again with the same Idempotency-Key is done once, and answered as it was the first time.

While the first is being done, its name is locked; a lock ends with its process, so one that was killed blocks nobody. Only
what was done is remembered: a request that was refused may be mended, or made possible, and sent again.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec

from flask import Response, current_app, g, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from aerostic.db import service_scope, tenant_scope, transaction, utcnow
from aerostic.identity.key_models import ApiKey
from aerostic.web.api.models import ApiRequest
from aerostic.web.api.problems import ApiError

P = ParamSpec("P")
HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
FORM = re.compile(r"[\x21-\x7e]{1,200}")
KEPT = timedelta(hours=24)
ALONE = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")


def once(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Let a view do a request that has an Idempotency-Key once, however often it is sent."""

    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        name = request_name()
        if not name:
            return view(*args, **kwargs)
        return _once(g.api_key, name, lambda: current_app.make_response(view(*args, **kwargs)))

    return checked


def request_name(*, required: bool = False) -> str:
    """The Idempotency-Key of this request; '' where it has none.

    Raises:
        ApiError: it is not 1 to 200 visible ASCII characters, or there has to be one.
    """
    name = request.headers.get(HEADER)
    if name is None and not required:
        return ""
    if name is None or not FORM.fullmatch(name):
        message = _("Send an Idempotency-Key of your own making with each request: 1 to 200 visible ASCII characters.")
        raise ApiError(422, "idempotency_key", message)
    return name


def forget() -> None:
    """Remove what was answered more than a day ago."""
    with transaction(service_scope("cron")) as session:
        session.execute(delete(ApiRequest).where(ApiRequest.created_at <= utcnow() - KEPT))


def _once(key: ApiKey, name: str, act: Callable[[], Response]) -> Response:
    with transaction(tenant_scope(key.tenant_id)) as keeper:
        if not keeper.scalar(ALONE, {"name": f"api:{key.id}:{name}"}):
            message = _("A request with this Idempotency-Key is being done. Wait a moment, then send it again.")
            raise ApiError(409, "in_progress", message, headers={"Retry-After": "1"})
        known = _known(keeper, key, name)
        if known:
            return _again(known)
        answer = act()
        if answer.status_code < 300:
            keeper.add(
                ApiRequest(
                    tenant_id=key.tenant_id,
                    key_id=key.id,
                    name=name,
                    digest=_digest(),
                    status=answer.status_code,
                    body=answer.get_json(silent=True),
                )
            )
        return answer


def _known(session: Session, key: ApiKey, name: str) -> ApiRequest | None:
    known = session.scalar(select(ApiRequest).where(ApiRequest.key_id == key.id, ApiRequest.name == name))
    if known and known.created_at <= utcnow() - KEPT:
        session.delete(known)
        session.flush()
        return None
    return known


def _again(known: ApiRequest) -> Response:
    if not hmac.compare_digest(known.digest, _digest()):
        message = _("This Idempotency-Key was used for another request. Make a new one for each request.")
        raise ApiError(422, "idempotency_key_reused", message)
    answer = jsonify(known.body)
    answer.status_code = known.status
    answer.headers[REPLAYED] = "true"
    return answer


def _digest() -> bytes:
    """Of everything that the request asks for."""
    asked = f"{request.method} {request.full_path}\n".encode() + request.get_data()
    return hashlib.sha256(asked).digest()
