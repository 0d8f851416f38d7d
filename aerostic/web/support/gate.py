"""What staff may do in somebody else's workspace: only what says of itself that it is for support.

It is decided here, before any view: a page whose view does not say which permission it takes (a profile, a sign-in, a
console) is closed, and so is each whose permission, or whose own mark, does not say `support`.
"""

from flask import Flask, Response, current_app, g, request

from aerostic.web.pages.access import MARK, Asked, supports
from aerostic.web.pages.render import render
from aerostic.web.sessions import FILES

OPEN = frozenset({"support.enter", "support.leave", "static"})


def init_support(app: Flask) -> None:
    """Refuse what is not for support, whoever mounts it."""

    @app.before_request
    def _gate() -> Response | None:
        if "visit" not in g:
            return None
        if request.endpoint is None or request.endpoint in OPEN or _is_file():
            return None
        asked: Asked | None = getattr(current_app.view_functions[request.endpoint], MARK, None)
        if asked and supports(asked):
            return None
        return Response(render("support/refused.html"), status=403, mimetype="text/html")


def _is_file() -> bool:
    return request.path.startswith(FILES) or str(request.endpoint).endswith(".static")
