"""Addresses that people enter and we then ask: only public ones, so that nobody looks into our own network through us."""

import socket
from ipaddress import ip_address
from urllib.parse import urlsplit

from aerostic.words import N_


class UnsafeAddressError(ValueError):
    """The address is not one of the public internet."""


def check_public(url: str) -> None:
    """Refuse an address that is not `https://` to a public host.

    Raises:
        UnsafeAddressError: also where the host is not known.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        raise UnsafeAddressError(N_("An address begins with https:// and the name of a host."))
    try:
        found = {info[4][0] for info in socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM)}
    except OSError:
        raise UnsafeAddressError(N_("The host of the address is not known.")) from None
    if not all(ip_address(str(address).partition("%")[0]).is_global for address in found):
        raise UnsafeAddressError(N_("The address leads into a private network."))
