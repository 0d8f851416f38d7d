"""Sessions of people, on Flask-Login: signing in and out, and the tenant a person works in."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Flask, abort, g, jsonify, request, session
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_required, login_user, logout_user
from sqlalchemy import select

from aerostic.db import service_scope, tenant_scope, transaction
from aerostic.identity.models import User
from aerostic.identity.people import load_user, sign_in
from aerostic.identity.permissions import permissions_of
from aerostic.tenancy.models import Member
from aerostic.tenancy.plugins import view_for

COOKIE = "__Host-aerostic"
TENANT = "tenant_id"
views = Blueprint("sessions", __name__)


class SignedIn(UserMixin):  # type: ignore[misc]
    """A person in a session. The cookie's id carries the session version: raising it ends all sessions."""

    def __init__(self, user: User) -> None:
        self.user = user

    def get_id(self) -> str:
        """What the cookie holds."""
        return f"{self.user.id}:{self.user.session_version}"


def init_sessions(app: Flask) -> None:
    """Cookies only for the very host, only over a secure channel (browsers count localhost as one)."""
    app.config.update(
        SESSION_COOKIE_NAME=COOKIE,
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )
    manager = LoginManager(app)
    manager.user_loader(_load)
    app.register_blueprint(views)
    app.before_request(_find_tenant)


def _load(cookie: str) -> SignedIn | None:
    user_id, _, version = cookie.partition(":")
    user = load_user(UUID(user_id), int(version))
    return SignedIn(user) if user else None


def memberships(user_id: UUID) -> dict[UUID, str]:
    """The tenants a person belongs to, and the role in each."""
    with transaction(service_scope("sign-in")) as database:
        rows = database.execute(select(Member.tenant_id, Member.role).where(Member.user_id == user_id))
        return {row.tenant_id: row.role for row in rows}


def _find_tenant() -> None:
    """Set `g.tenant_id` and `g.role` from the session; membership is checked at every request."""
    chosen = session.get(TENANT)
    if chosen and current_user.is_authenticated:
        role = memberships(current_user.user.id).get(UUID(chosen))
        if role:
            g.tenant_id, g.role = UUID(chosen), role


@views.post("/session")
def enter() -> ResponseReturnValue:
    """Sign in with `email` and `password`, as JSON. 401 says nothing about which of them was wrong."""
    given: Any = request.get_json()
    if not isinstance(given, dict) or not all(isinstance(given.get(key), str) for key in ("email", "password")):
        abort(422)
    user = sign_in(given["email"], given["password"])
    if user is None:
        return jsonify(error="The address or the password is wrong."), 401
    session.clear()
    login_user(SignedIn(user))
    tenants = memberships(user.id)
    if len(tenants) == 1:
        session[TENANT] = str(next(iter(tenants)))
    return jsonify(name=user.name, tenants=[{"id": str(tenant), "role": role} for tenant, role in tenants.items()])


@views.get("/session")
@login_required  # type: ignore[untyped-decorator]
def show() -> ResponseReturnValue:
    """Who is signed in, where, and what the role permits there."""
    tenant = g.get("tenant_id")
    granted: list[str] = []
    if tenant:
        with transaction(tenant_scope(tenant)) as database:
            granted = sorted(permissions_of(g.role, view_for(database, tenant)))
    return jsonify(name=current_user.user.name, tenant=str(tenant) if tenant else None, permissions=granted)


@views.put("/session/tenant")
@login_required  # type: ignore[untyped-decorator]
def choose_tenant() -> ResponseReturnValue:
    """Work in the tenant `id`; 404 for one the person does not belong to."""
    given: Any = request.get_json()
    wanted = str(given.get("id", "")) if isinstance(given, dict) else ""
    if wanted not in {str(tenant) for tenant in memberships(current_user.user.id)}:
        abort(404)
    session[TENANT] = wanted
    return "", 204


@views.delete("/session")
def leave() -> ResponseReturnValue:
    """Sign out."""
    logout_user()
    session.clear()
    return "", 204
