"""Telling detectors of every request of somebody who is signed in, and of every request to the API."""

from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from flask_login import current_user

from aerostic.streams.observed import observe, pseudonym, quietly
from aerostic.web.held.here import here
from aerostic.web.sessions import FILES


def init_observing(app: Flask) -> None:
    """Observe what `app` answers, once it is known how."""
    app.after_request(_tell)


def _tell(response: Response) -> Response:
    place = g.get("place")
    if place is not None and not request.path.startswith(FILES) and not _is_file():
        with quietly("page.asked"):
            (_of_program if place.area == "api" else _of_person)(response)
    return response


def _is_file() -> bool:
    return str(request.endpoint).endswith("static")


def _of_person(response: Response) -> None:
    if current_user.is_authenticated:
        observe("page.asked", g.get("tenant_id"), **_asked(response), user=str(current_user.user.id))


def _of_program(response: Response) -> None:
    key = g.get("asking_key")
    observe(
        "api.asked",
        key.tenant_id if key else None,
        **_asked(response),
        key=str(key.id) if key else "",
        method=request.method,
    )


def _asked(response: Response) -> dict[str, object]:
    ids = "/".join(map(str, (request.view_args or {}).values()))
    return {
        **here().fields(),
        "endpoint": request.endpoint or "",
        "object": pseudonym("object", ids),
        "status": response.status_code,
        "referred": _is_referred(),
    }


def _is_referred() -> bool:
    """Whether a browser asked, on a page of ours: it says so of its own accord, and programs rarely do."""
    if "HX-Request" in request.headers or request.headers.get("Sec-Fetch-Site") == "same-origin":
        return True
    return bool(request.referrer) and urlsplit(request.referrer or "").netloc == request.host
