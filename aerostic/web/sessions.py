"""Sessions of people, on Flask-Login: the cookie, who it stands for, and the workspace they work in."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Flask, g, request, session
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy import select

from aerostic.db import service_scope, transaction
from aerostic.identity.impersonation import ROLE, Visit
from aerostic.identity.impersonation import find as find_visit
from aerostic.identity.sessions import Entry, find_session
from aerostic.tenancy.models import Member, Tenant

COOKIE = "__Host-session"  # says nothing of whose platform this is
TENANT = "tenant_id"
# Of staff at work in somebody else's workspace, the cookie names that; and their own session, where it is of the same host.
VISIT, OWN = "visit:", "own"
# A page that is left open listens, and asks for what has changed, by itself: that is no sign of anybody.
LIVE, UNATTENDED = "/live", "X-Unattended"
# Files that are the same for everybody: nobody is looked up for them.
FILES = ("/static/", "/t/", "/brand/")


class SignedIn(UserMixin):  # type: ignore[misc]
    """A person in a session, which the cookie names."""

    def __init__(self, entry: Entry) -> None:
        self.user = entry.user
        self.session = entry.session

    def get_id(self) -> str:
        """What the cookie holds."""
        return str(self.session.id)


class Visiting(SignedIn):
    """Somebody of the staff at work in a workspace that is not theirs."""

    def __init__(self, visit: Visit) -> None:
        super().__init__(visit.entry)
        self.visit = visit

    def get_id(self) -> str:
        """What the cookie holds."""
        return f"{VISIT}{self.visit.row.id}"


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
    app.before_request(_find_tenant)


def _load(cookie: str) -> SignedIn | None:
    if "place" in g and g.place.area == "api":  # keys speak for programs there, and cookies for nobody
        return None
    seen = request.path != LIVE and UNATTENDED not in request.headers
    try:
        if cookie.startswith(VISIT) and "place" in g:
            visit = find_visit(UUID(cookie.removeprefix(VISIT)), g.place.host, seen=seen)
            if visit:
                return Visiting(visit)
            cookie = session.get(OWN, "")
        entry = find_session(UUID(cookie), seen=seen)
    except ValueError:
        return None
    return SignedIn(entry) if entry else None


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace of a person. With `second_step`, it opens only to who signed in with more than a password."""

    id: UUID
    name: str
    role: str
    second_step: bool


def workspaces_of(user_id: UUID, reseller_id: UUID | None = None) -> Sequence[Workspace]:
    """The workspaces a person belongs to, by name; on a reseller's own host those of that reseller."""
    query = select(Tenant.id, Tenant.name, Member.role, Tenant.second_step).join(Member, Member.tenant_id == Tenant.id)
    query = query.where(Member.user_id == user_id).order_by(Tenant.name, Tenant.id)
    if reseller_id:
        query = query.where(Tenant.reseller_id == reseller_id)
    with transaction(service_scope("sign-in")) as database:
        return [Workspace(*row) for row in database.execute(query)]


def _find_tenant() -> None:
    """Set `g.tenant_id` and `g.role` from the session; membership is checked at every request.

    Where the workspace asks for a second step that was not done, only its name is set, as `g.second_step_for`. Where somebody
    of the staff works in it, that is set as `g.visit`.
    """
    if request.path.startswith(FILES):
        return
    if isinstance(current_user._get_current_object(), Visiting):
        g.visit = current_user.visit
        g.tenant_id, g.role = g.visit.row.tenant_id, ROLE
        return
    chosen = session.get(TENANT)
    if chosen and current_user.is_authenticated:
        found = {one.id: one for one in workspaces_of(current_user.user.id, _reseller())}
        workspace = found.get(UUID(chosen))
        if workspace and workspace.second_step and current_user.session.factor == "password":
            g.second_step_for = workspace.name
        elif workspace:
            g.tenant_id, g.role = workspace.id, workspace.role


def _reseller() -> UUID | None:
    """The reseller whose own host this is."""
    return g.place.reseller_id if "place" in g else None
