"""What every request to an `api.*` host passes: a key, its pace, and for the paths of plugins, that the plugin is on."""

from flask import Flask, Response, abort, g, request
from flask_babel import gettext as _
from werkzeug.datastructures import Headers

from aerostic.db import tenant_scope, transaction
from aerostic.identity.key_entry import KeyElsewhereError, KeyRefusedError, recognise
from aerostic.identity.key_models import ApiKey
from aerostic.registry import runtime
from aerostic.security.restrictions import Restriction
from aerostic.tenancy.models import Tenant
from aerostic.tenancy.plugins import view_for
from aerostic.web.api.pace import count
from aerostic.web.api.problems import ApiError
from aerostic.web.held.flags import ask, held, seconds_left
from aerostic.web.held.here import here
from aerostic.words import N_

ROOT, PREFIX = "/api/", "/api/v1"
DOCUMENT = "openapi.json"
MOST_BYTES = 1024 * 1024
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# How much longer everything takes for whom detection slows down.
SLOWED = 10
ADDRESS_BLOCKED = N_(
    "Your network is blocked: what came from there looked like an attack. Wait as many seconds as Retry-After says, or ask from"
    " another network."
)
KEY_DISABLED = N_(
    "This API key is switched off: what it did looked like abuse. Look into the security centre of the workspace, and make"
    " another key if this one is in wrong hands."
)
FROZEN = N_(
    "This workspace is frozen: nothing is sent or changed by programs. Look into its security centre, where you can object."
)
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
    key = _known(request.headers)
    g.asking_key = key
    ask(("address", here().address), ("key", str(key.id)), ("tenant", str(key.tenant_id)))
    _refuse_held()
    _keep_pace(key)
    g.api_key, g.tenant_id = key, key.tenant_id
    _look(key, name)


def _known(headers: Headers) -> ApiKey:
    """Who asks; where that is nobody, a network that is blocked is told so first."""
    try:
        return _key(headers)
    except ApiError:
        ask(("address", here().address))
        _refuse_held()
        raise


def _refuse_held() -> None:
    """Refuse what detection holds back, and say what to do."""
    if flag := held("address", "block"):
        raise _held(flag, "address_blocked", ADDRESS_BLOCKED)
    if flag := held("key", "disable", "block"):
        raise _held(flag, "key_disabled", KEY_DISABLED)
    if request.method not in SAFE and (flag := held("tenant", "freeze")):
        raise _held(flag, "frozen", FROZEN)


def _held(flag: Restriction, code: str, words: str) -> ApiError:
    return ApiError(403, code, _(words), headers={"Retry-After": str(seconds_left(flag))})


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
    if held("address", "slow") or held("key", "slow"):
        most = max(1, most // SLOWED)
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
