"""What every request to an `api.*` host passes: a key, its pace, and for the paths of plugins, that the plugin is on."""

from flask import Flask, Response, abort, g, request
from flask_babel import gettext as _
from werkzeug.datastructures import Headers

from aerostic.db import tenant_scope, transaction
from aerostic.identity.key_entry import KeyElsewhereError, KeyRefusedError, recognise
from aerostic.identity.key_models import ApiKey
from aerostic.registry import runtime
from aerostic.tenancy.models import Tenant
from aerostic.tenancy.plugins import view_for
from aerostic.web.api.pace import count
from aerostic.web.api.problems import ApiError
from aerostic.words import N_

ROOT, PREFIX = "/api/", "/api/v1"
DOCUMENT = "openapi.json"
MOST_BYTES = 1024 * 1024
SUSPENDED = N_("This workspace is suspended. Ask whoever runs the platform for you.")


def init_gate(app: Flask) -> None:
    """Close the API to whom no key speaks for, and hosts of the API to everything else."""
    app.before_request(_gate)
    app.after_request(_tell)


def _gate() -> None:
    """The path decides, not the route: a wrong method or a missing slash must not tell that there is something."""
    place = g.get("place")
    if place is None:  # health and metrics answer everywhere
        return
    inside = request.path.startswith(f"{PREFIX}/")
    if inside != (place.area == "api") or (request.path.startswith(ROOT) and not inside):
        abort(404)
    if not inside:
        return
    request.max_content_length = MOST_BYTES
    name = request.path.removeprefix(f"{PREFIX}/").partition("/")[0]
    if name == DOCUMENT:
        return
    key = _key(request.headers)
    _keep_pace(key)
    g.api_key, g.tenant_id = key, key.tenant_id
    _look(key, name)


def _key(headers: Headers) -> ApiKey:
    scheme, _space, text = headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise ApiError(401)
    try:
        return recognise(text.strip(), request.remote_addr or "")
    except KeyElsewhereError as refusal:
        raise ApiError(403, "address_not_allowed", _(str(refusal))) from None
    except KeyRefusedError as refusal:
        raise ApiError(401, message=_(str(refusal))) from None


def _keep_pace(key: ApiKey) -> None:
    at = runtime()
    most = min(key.per_minute or at.settings.api_per_minute, at.settings.api_per_minute)
    g.pace = count(at.redis, f"{at.settings.redis_prefix}:api:pace:{key.id}", most)
    if g.pace.wait:
        raise ApiError(429, headers={"Retry-After": str(g.pace.wait)})


def _look(key: ApiKey, name: str) -> None:
    """Refuse where the workspace is suspended, or the path is that of a plugin it has off."""
    with transaction(tenant_scope(key.tenant_id)) as session:
        tenant = session.get_one(Tenant, key.tenant_id)
        g.tenant, g.tenant_view = tenant, view_for(session, tenant.id)
    if tenant.status != "active":
        raise ApiError(403, "suspended", _(SUSPENDED))
    # Only those with an API: a plugin without one may be called as a part of the core's is.
    theirs = {item.plugin for item in runtime().registry.declared("register_blueprints") if item.value.area == "api"}
    if name in theirs and name not in g.tenant_view.enabled:
        abort(404)


def _tell(response: Response) -> Response:
    """Nobody between keeps an answer, and each says how many more there may be."""
    if request.path.startswith(f"{PREFIX}/"):
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.update(g.pace.headers() if "pace" in g else {})
    return response
