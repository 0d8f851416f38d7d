"""The device that a request comes from: its cookie, what it is in words, and the network it is in."""

import re
import secrets

from flask import after_this_request, request
from werkzeug.wrappers import Response

from aerostic.identity.devices import KEPT, is_known
from aerostic.security.addresses import coarse
from aerostic.security.vault import blind_index

COOKIE = "__Host-device"
TOKEN = re.compile(r"[\w-]{43}", re.ASCII)
# The first that is found in what a browser says of itself; many say they are Chrome or Safari, too.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


def device_token() -> str:
    """The secret of this device's cookie; '' where it has none, or something else in its place."""
    token = request.cookies.get(COOKIE, "")
    return token if TOKEN.fullmatch(token) else ""


def known_device(account: str) -> str:
    """A name for this device, if an account has signed in with it before; else ''.

    Args:
        account: as `backoff.address_key` makes it.
    """
    token = device_token()
    is_one = token and is_known(bytes.fromhex(account), token)
    return f"device-{blind_index(None, 'signin.device', token).hex()}" if is_one else ""


def keep_device_token() -> str:
    """The secret of this device's cookie, which is made if there is none, and lasts from now on."""
    token = device_token() or secrets.token_urlsafe(32)

    @after_this_request
    def keep(response: Response) -> Response:
        response.set_cookie(COOKIE, token, max_age=KEPT, secure=True, httponly=True, samesite="Lax")
        return response

    return token


def device_name() -> str:
    """Browser and system by their names, such as `Firefox, Windows`; '' for what nobody knows."""
    said = request.user_agent.string
    found = (next((name for mark, name in names if mark in said), "") for names in (BROWSERS, SYSTEMS))
    return ", ".join(filter(None, found))


def network() -> str:
    """The network that the request comes from: enough to recognise where, too little to find a person by."""
    return coarse(request.remote_addr or "")
