"""Who acts in a request, for the audit chain: told once, after the session or the key is known."""

from contextlib import ExitStack

from flask import Flask, g, request
from flask_login import current_user

from aerostic.audit import Actor, acting
from aerostic.db import new_id
from aerostic.web.sessions import FILES


def init_acting(app: Flask) -> None:
    """Name the actor of every request, and let go of it at its end."""

    @app.before_request
    def _begin() -> None:
        if request.path.startswith(FILES):
            return
        g.request_id = new_id().hex
        g.acting = ExitStack()
        g.acting.enter_context(acting(_actor()))

    @app.teardown_request
    def _end(_error: BaseException | None) -> None:
        if stack := g.pop("acting", None):
            stack.close()


def _actor() -> Actor:
    here = {"address": request.remote_addr or "", "request_id": g.request_id}
    if key := g.get("api_key"):
        return Actor("key", str(key.id), **here)
    if visit := g.get("visit"):
        return Actor("tenant", str(visit.row.tenant_id), impersonator=str(visit.row.user_id), **here)
    if current_user.is_authenticated:
        return Actor("user", str(current_user.user.id), **here)
    return Actor("visitor", **here)
