"""Apps, accounts and tokens: subscriptions, webhook callbacks, `debug_token`, `oauth/access_token`.

Sources: webhooks/override, solution-providers, embedded-signup/implementation.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from .call import SUCCESS, Call, Routes, page, select
from .errors import GraphError
from .state import App, Business, Waba
from .world import World

_SCOPES = ("whatsapp_business_management", "whatsapp_business_messaging")
_LONGEST_URL = 200


def health(kind: str, node_id: str, sendable: bool) -> dict[str, Any]:
    """Return the `health_status` of an object (support/health-status)."""
    verdict = "AVAILABLE" if sendable else "BLOCKED"
    entity: dict[str, Any] = {"entity_type": kind, "id": node_id, "can_send_message": verdict}
    if not sendable:
        entity["errors"] = [{"error_code": 141006, "error_description": "This object cannot send messages.",
                             "possible_solution": "Bring it back to a sendable status."}]  # fmt: skip
    return {"can_send_message": verdict, "entities": [entity]}


async def get_waba(call: Call) -> dict[str, Any]:
    """Return an account's fields."""
    waba = call.the(Waba)
    row = {
        "id": waba.id,
        "name": waba.name,
        "currency": waba.currency,
        "timezone_id": waba.timezone_id,
        "message_template_namespace": f"ns_{waba.id}",
        "account_review_status": "APPROVED",
        "business_verification_status": "verified",
        "status": "ACTIVE",
        "ownership_type": "SELF",
        "owner_business_info": {"id": waba.business_id, "name": call.world.state.business_of(waba.id).name},
        "whatsapp_business_manager_messaging_limit": call.world.state.business_of(waba.id).tier,
        "health_status": health("WABA", waba.id, True),
    }
    return select(row, call.query.get("fields"), ("id", "name", "timezone_id", "message_template_namespace"))


async def subscribe(call: Call) -> dict[str, bool]:
    """Subscribe the token's app to an account, with or without an override callback."""
    body, waba = await call.json(), call.the(Waba)
    url = body.get("override_callback_uri") or ""
    if url:
        await check_callback(call, url, body.get("verify_token") or "")
    waba.subscriptions[_app_of(call).id] = url
    return SUCCESS


async def subscriptions(call: Call) -> dict[str, Any]:
    """List the apps subscribed to an account."""
    rows = []
    for app_id, url in call.the(Waba).subscriptions.items():
        app = call.world.state.apps.get(app_id)
        data = {
            "id": app_id,
            "name": app.name if app else "",
            "link": f"https://www.facebook.com/games/?app_id={app_id}",
        }
        rows.append({"whatsapp_business_api_data": data} | ({"override_callback_uri": url} if url else {}))
    return {"data": rows}


async def unsubscribe(call: Call) -> dict[str, bool]:
    """End the subscription of the token's app."""
    call.the(Waba).subscriptions.pop(_app_of(call).id, None)
    return SUCCESS


async def set_app_callback(call: Call) -> dict[str, bool]:
    """Set an app's callback after verifying it (`POST /{APP_ID}/subscriptions`)."""
    body, app = await call.json(), call.the(App)
    call.require(body, "object", "callback_url", "verify_token")
    await check_callback(call, body["callback_url"], body["verify_token"])
    app.callback_url, app.verify_token = body["callback_url"], body["verify_token"]
    fields = body.get("fields") or []
    app.fields = fields.split(",") if isinstance(fields, str) else list(fields)
    return SUCCESS


async def app_callback(call: Call) -> dict[str, Any]:
    """Return an app's callback and fields."""
    app = call.the(App)
    fields = [{"name": name, "version": "v24.0"} for name in app.fields]
    row = {"object": "whatsapp_business_account", "callback_url": app.callback_url, "active": True, "fields": fields}
    return {"data": [row] if app.callback_url else []}


async def get_app(call: Call) -> dict[str, Any]:
    """Return an app's public fields."""
    app = call.the(App)
    row = {"id": app.id, "name": app.name, "link": f"https://www.facebook.com/games/?app_id={app.id}"}
    return select(row, call.query.get("fields"))


async def get_business(call: Call) -> dict[str, Any]:
    """Return a portfolio with its messaging limit (messaging-limits)."""
    business = call.the(Business)
    row = {"id": business.id, "name": business.name, "whatsapp_business_manager_messaging_limit": business.tier}
    return select(row, call.query.get("fields"), ("id", "name"))


async def owned_wabas(call: Call) -> dict[str, Any]:
    """List the accounts of a portfolio."""
    wabas = [w for w in call.world.state.wabas.values() if w.business_id == call.node_id]
    return page(
        call, [{"id": w.id, "name": w.name, "timezone_id": w.timezone_id, "currency": w.currency} for w in wabas]
    )


async def debug_token(call: Call) -> dict[str, Any]:
    """Tell what a token may do; a token nobody knows is not valid, and no error."""
    value = call.query.get("input_token", "")
    token = call.world.state.tokens.get(value)
    if token is None:
        error = {"code": 190, "message": "Malformed access token"}
        return {"data": {"is_valid": False, "scopes": [], "error": error}}
    wabas = list(call.world.state.wabas) if token.waba_ids is None else token.waba_ids
    return {
        "data": {
            "app_id": token.app_id,
            "type": "SYSTEM_USER",
            "application": call.world.state.apps[token.app_id].name,
            "expires_at": int(token.expires_at),
            "is_valid": not token.expires_at or token.expires_at > call.world.clock.now(),
            "scopes": token.scopes,
            "granular_scopes": [{"scope": scope, "target_ids": wabas} for scope in _SCOPES if scope in token.scopes],
        }
    }


async def access_token(world: World, query: Mapping[str, str]) -> dict[str, Any]:
    """Exchange an Embedded Signup code, or client credentials, for a token; a code works once and needs no token."""
    app = world.state.apps.get(query.get("client_id", ""))
    if app is None or not secrets.compare_digest(query.get("client_secret", ""), app.secret):
        raise GraphError(1, message="Error validating client secret.")
    if query.get("grant_type") == "client_credentials":
        return {"access_token": f"{app.id}|{app.secret}", "token_type": "bearer"}
    token = world.state.codes.pop(query.get("code", ""), None)
    if token is None:
        raise GraphError(100, message="This authorization code has been used or has expired.", subcode=36009)
    return {"access_token": token, "token_type": "bearer"}


async def check_callback(call: Call, url: str, verify_token: str) -> None:
    """Refuse a callback that is too long or does not echo the challenge."""
    if len(url) > _LONGEST_URL:
        raise GraphError(100, message=f"(#100) The callback URL is longer than {_LONGEST_URL} characters.")
    if not await call.world.postman.verify(url, verify_token):
        text = "(#2200) Callback verification failed: the callback did not answer the challenge."
        raise GraphError(100, message=text, subcode=2200)


def _app_of(call: Call) -> App:
    return call.world.state.apps[call.token.app_id]


ROUTES: Routes = {
    ("waba", "GET", ""): get_waba,
    ("waba", "POST", "subscribed_apps"): subscribe,
    ("waba", "GET", "subscribed_apps"): subscriptions,
    ("waba", "DELETE", "subscribed_apps"): unsubscribe,
    ("app", "GET", ""): get_app,
    ("app", "POST", "subscriptions"): set_app_callback,
    ("app", "GET", "subscriptions"): app_callback,
    ("business", "GET", ""): get_business,
    ("business", "GET", "owned_whatsapp_business_accounts"): owned_wabas,
    ("business", "GET", "client_whatsapp_business_accounts"): owned_wabas,
    ("root", "GET", "debug_token"): debug_token,
}
