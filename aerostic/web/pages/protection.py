"""What keeps a page from being turned against the person who looks at it: a strict content policy, and tokens in forms.

Everything a page loads comes from its own host; scripts and styles need the nonce of the answer, and so does every element
that htmx may act on (`{{ hx_nonce() }}`).
"""

import secrets

from flask import Flask, Response, g
from flask_wtf.csrf import CSRFProtect
from markupsafe import Markup

TOKEN_SECONDS = 12 * 3600
POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:;"
    " media-src 'self' blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
# Areas where a browser's cookie speaks for a person; keys and signatures speak for themselves elsewhere.
COOKIE_AREAS = ("app", "admin")
csrf = CSRFProtect()


def nonce() -> str:
    """The nonce of this answer."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def hx_nonce() -> Markup:
    """The attribute without which htmx leaves an element alone."""
    return Markup('hx-nonce="{}"').format(nonce())


def init_protection(app: Flask) -> None:
    """Check the token of everything that is posted, and send the headers with every answer."""
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_SSL_STRICT=False, WTF_CSRF_TIME_LIMIT=TOKEN_SECONDS)
    csrf.init_app(app)
    app.add_template_global(nonce, "csp_nonce")
    app.add_template_global(hx_nonce)

    @app.before_request
    def _check_token() -> None:
        place = g.get("place")
        if place is not None and place.area in COOKIE_AREAS:
            csrf.protect()

    @app.after_request
    def _guard(response: Response) -> Response:
        if "Content-Security-Policy" not in response.headers:
            response.headers["Content-Security-Policy"] = POLICY.format(nonce=nonce())
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if response.mimetype == "text/html":
            response.headers.setdefault("Cache-Control", "private, no-store")
            response.headers.add("Vary", "Host")
        return response
