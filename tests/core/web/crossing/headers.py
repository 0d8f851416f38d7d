"""What has to go out with every answer, and what must not stand in a page."""

import re
from collections.abc import Iterator
from typing import Any

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self' 'nonce-{nonce}'",
    "style-src": "'self' 'nonce-{nonce}'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
}
NONCE = re.compile(r"'nonce-([\w-]{22})'")
# Scripts and styles that stand in the page itself, and what an element does or looks like by its own attribute.
INLINE = re.compile(
    r"<(?:script|style)\b(?![^>]*\bnonce=\"{nonce}\")[^>]*>|<[a-z][^>]*\s(?:on[a-z]+|style)=", re.IGNORECASE
)
COOKIE = re.compile(r"__Host-[^=]+=[^;]*; (?=.*\bSecure\b)(?=.*\bPath=/)(?!.*\bDomain=)(?=.*\bSameSite=(?:Lax|Strict))")


def bare(answer: Any) -> Iterator[str]:
    """What an answer lacks."""
    for name, value in FIXED.items():
        if answer.headers.get(name) != value:
            yield f"without {name}"
    for cookie in answer.headers.getlist("Set-Cookie"):
        if not COOKIE.match(cookie):
            yield f"a cookie that others may set or read: {cookie.partition('=')[0]}"
    if answer.mimetype == "text/html":
        yield from _page(answer)


def _page(answer: Any) -> Iterator[str]:
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    found = NONCE.search(policy.get("script-src", ""))
    nonce = found[1] if found else ""
    for name, value in POLICY.items():
        if policy.get(name) != value.format(nonce=nonce):
            yield f"with a policy that lets too much in: {name}"
    if "no-store" not in answer.headers.get("Cache-Control", ""):
        yield "kept by browsers and proxies"
    if inline := re.search(INLINE.pattern.replace("{nonce}", re.escape(nonce)), answer.text, re.IGNORECASE):
        yield f"with a script or style of its own: {inline[0][:80]}"
