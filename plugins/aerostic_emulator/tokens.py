"""Who may reach what: bearer tokens, and the objects they open.

An id that belongs to someone else is answered like one that does not exist: code 100, subcode 33.
"""

import secrets

from aiohttp import web

from .errors import GraphError, missing_object
from .state import App, Node, Token
from .world import World


def authenticate(world: World, request: web.BaseRequest) -> Token:
    """Return the caller's token, or refuse: 190 with 401 for none, an unknown or an expired one."""
    header = request.headers.get("Authorization", "")
    scheme, _, value = header.partition(" ")
    if scheme.lower() not in ("bearer", "oauth"):
        value = request.query.get("access_token", "") if request.query_string else ""
    token = world.state.tokens.get(value) or _app_token(world, value)
    if token is None:
        raise GraphError(190, message="Invalid OAuth access token - Cannot parse access token")
    if token.expires_at and token.expires_at <= world.clock.now():
        text = "Error validating access token: Session has expired"
        raise GraphError(190, message=text, subcode=463)
    return token


def open_node(world: World, token: Token, method: str, node_id: str) -> tuple[str, Node]:
    """Return the kind and the object behind an id, if the token opens it."""
    found = world.state.kind_of(node_id)
    if found is None or not _opens(world, token, *found):
        raise missing_object(method, node_id)
    return found


def _opens(world: World, token: Token, kind: str, node: Node) -> bool:
    if isinstance(node, App):
        return node.id == token.app_id
    if token.waba_ids is None:
        return True
    if kind == "business":
        return any(world.state.wabas[waba].business_id == node.id for waba in token.waba_ids)
    return world.state.waba_of(node) in token.waba_ids


def _app_token(world: World, value: str) -> Token | None:
    """Return the token that `APP_ID|APP_SECRET` stands for, or None."""
    app_id, _, secret = value.partition("|")
    app = world.state.apps.get(app_id)
    if app is None or not secrets.compare_digest(app.secret.encode(), secret.encode()):
        return None
    return Token(value, app.id)
