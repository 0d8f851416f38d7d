"""The phone's page: its files, and the headers that keep it to itself."""

from pathlib import Path

from aiohttp import web

STATIC = Path(__file__).parent / "static" / "emulator"
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


def page_file(request: web.BaseRequest, name: str) -> web.Response:
    """Return a file of the page, `index.html` for no name."""
    known = {path.name: path for path in STATIC.iterdir() if path.suffix in _TYPES}
    path = known.get(name or "index.html")
    if path is None or request.method not in ("GET", "HEAD"):
        return web.Response(status=404, text="There is no such file.\n", headers=_HEADERS)
    return web.Response(body=path.read_bytes(), content_type=_TYPES[path.suffix], charset="utf-8", headers=_HEADERS)
