"""Who may see a page: signed in, in a workspace, with the permission that the page asks for."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Literal, ParamSpec, TypeVar
from urllib.parse import urlencode

from flask import Flask, Response, abort, g, redirect, request
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from aerostic.db import reseller_scope, tenant_scope, transaction
from aerostic.identity.permissions import permissions_of
from aerostic.registry import TenantView, runtime
from aerostic.tenancy.models import Reseller, Tenant
from aerostic.tenancy.plugins import view_for
from aerostic.web.pages.render import render

P = ParamSpec("P")
R = TypeVar("R")
# What a view says of itself, as an attribute.
MARK = "asked"
SIGN_IN, WORKSPACES, SECOND_STEP = "/sign-in", "/workspaces", "/profile/second-step"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a view asks for, and whether it is for staff, too, who have the permission while they work in the workspace."""

    permission: str
    support: bool


def allowed(permission: str = "", *, support: bool = True) -> Callable[[Callable[P, R]], Callable[P, R | BaseResponse]]:
    """Let a view be called only by people of the workspace whose role has a permission; '' for all of them.

    Who is not signed in is sent to do so, and back afterwards; who has not chosen a workspace is sent to choose; who needs
    a second step for it is sent to set it up; who lacks the permission is told whom to ask (403).

    Args:
        permission: the permission.
        support: whether staff may call it who work in the workspace, where the permission is for support.
    """

    def wrap(view: Callable[P, R]) -> Callable[P, R | BaseResponse]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R | BaseResponse:
            if not current_user.is_authenticated:
                return _go(_sign_in())
            if g.get("tenant_id") is None:
                return _go(SECOND_STEP if g.get("second_step_for") else WORKSPACES)
            if current_workspace().status != "active":
                return _suspended()
            if permission and not can(permission):
                abort(403)
            return view(*args, **kwargs)

        setattr(checked, MARK, Asked(permission, support))
        return checked

    return wrap


def supports(asked: Asked) -> bool:
    """Whether who works here as support may call a view that asks for this."""
    return asked.support and (not asked.permission or can(asked.permission))


def signed_in(view: Callable[P, R]) -> Callable[P, R | BaseResponse]:
    """Let a view be called by everybody who is signed in, whatever they work in."""

    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R | BaseResponse:
        return view(*args, **kwargs) if current_user.is_authenticated else _go(_sign_in())

    return checked


def staff_only(kind: Literal["platform", "reseller"]) -> Callable[[Callable[P, R]], Callable[P, R | BaseResponse]]:
    """Let a view of a console be called only by the platform's, or a reseller's, own people; others are told 403.

    On a reseller's host, other resellers' people are others. Who needs a second step for it is sent to set it up.
    """

    def wrap(view: Callable[P, R]) -> Callable[P, R | BaseResponse]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R | BaseResponse:
            if not current_user.is_authenticated:
                return _go(_sign_in())
            if not _is_staff(kind):
                abort(403)
            if needs_second_step():
                return _go(SECOND_STEP)
            return view(*args, **kwargs)

        return checked

    return wrap


def in_platform_console() -> bool:
    """Whether who is signed in may see the pages of the platform's console, at the host that they ask."""
    return g.place.area == "admin" and _is_staff("platform") and not needs_second_step()


def needs_second_step() -> bool:
    """Whether the console of who is signed in opens only to more than the password that this session began with."""
    user = current_user.user
    if current_user.session.factor != "password" or not user.staff:
        return False
    if user.staff == "platform":
        return runtime().settings.staff_second_step
    if user.reseller_id is None:
        return False
    with transaction(reseller_scope(user.reseller_id)) as session:
        return session.get_one(Reseller, user.reseller_id).second_step


def can(permission: str) -> bool:
    """Whether the person's role has a permission in this workspace."""
    return permission in granted()


def tenant_view() -> TenantView:
    """The plugins of this request's workspace."""
    if "tenant_view" not in g:
        _look()
    found: TenantView = g.tenant_view
    return found


def current_workspace() -> Tenant:
    """The workspace of this request."""
    if "tenant" not in g:
        _look()
    found: Tenant = g.tenant
    return found


def granted() -> frozenset[str]:
    """What the person may do in this workspace; staff who work in it only what is for support."""
    if g.get("tenant_id") is None:
        return frozenset()
    if "permissions" not in g:
        g.permissions = permissions_of(g.role, tenant_view(), support="visit" in g)
    found: frozenset[str] = g.permissions
    return found


def _is_staff(kind: Literal["platform", "reseller"]) -> bool:
    return current_user.user.staff == kind and g.place.reseller_id in (None, current_user.user.reseller_id)


def _look() -> None:
    with transaction(tenant_scope(g.tenant_id)) as session:
        g.tenant_view = view_for(session, g.tenant_id)
        g.tenant = session.get_one(Tenant, g.tenant_id)


def _suspended() -> BaseResponse:
    """Nobody works in a workspace that is suspended; what it has stays."""
    if request.headers.get("HX-Request"):
        return _go("/")
    return Response(render("people/suspended.html"), status=403, mimetype="text/html")


def _sign_in() -> str:
    """Where to sign in, and to come back from: what was posted cannot be posted again by going there."""
    back = request.full_path.rstrip("?")
    return f"{SIGN_IN}?{urlencode({'next': back})}" if request.method == "GET" else SIGN_IN


def _go(path: str) -> BaseResponse:
    if request.headers.get("HX-Request"):
        # A part of a page cannot be replaced by another page: the browser is sent there as a whole.
        return Response(status=204, headers={"HX-Redirect": path})
    return redirect(path, 303)


def init_access(app: Flask) -> None:
    """Let templates ask what the person may do."""
    app.add_template_global(can)
