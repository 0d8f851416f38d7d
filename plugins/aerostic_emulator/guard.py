"""Who may use the phone's page and the control API: programs and pages of this machine.

Neither has a token. The server listens on the loopback address, which a page of any site can reach through the browser of
whoever runs it: by a name that resolves to 127.0.0.1 (the Host tells) or by posting across sites (Origin and
Sec-Fetch-Site tell).
"""

from urllib.parse import urlsplit

from aiohttp import web

_LOCAL = ("localhost", "127.0.0.1", "::1")
_OWN = ("", "same-origin", "none")


def refusal(request: web.BaseRequest) -> str:
    """Return why a request is refused, or ""."""
    if not is_local(request.headers.get("Host", "")):
        return "only names of this machine are answered: localhost, *.localhost, 127.0.0.1, [::1]"
    if request.headers.get("Sec-Fetch-Site", "") not in _OWN and not _is_visit(request):
        return "requests of other sites are refused"
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc.lower() != request.headers["Host"].lower():
        return "requests of other sites are refused"
    return ""


def is_local(host: str) -> bool:
    """Return whether a Host header names this machine."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    return name in _LOCAL or name.endswith(".localhost")


def _is_visit(request: web.BaseRequest) -> bool:
    """Return whether somebody followed a link to the page."""
    return request.method == "GET" and request.path == "/" and request.headers.get("Sec-Fetch-Mode") == "navigate"
