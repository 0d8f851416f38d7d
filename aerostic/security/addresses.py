"""Addresses that requests come from: networks of them, and as much of one as may be kept and shown."""

from collections.abc import Collection, Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# Enough to recognise where something came from, too little to find a person by.
V4_PREFIX, V6_PREFIX = 24, 48


def coarse(address: str) -> str:
    """The network that an address is in; '' for what is no address."""
    found = parsed(address)
    if found is None:
        return ""
    return str(ip_network((found, V4_PREFIX if found.version == 4 else V6_PREFIX), strict=False))


def networks(texts: Iterable[str]) -> list[str]:
    """Networks in their usual form, each once: an address is a network of one, and bits behind the prefix do not count.

    Raises:
        ValueError: one of them is no IPv4 or IPv6 network; says which.
    """
    return list(dict.fromkeys(str(ip_network(text.strip(), strict=False)) for text in texts))


def is_within(address: str, wanted: Collection[str]) -> bool:
    """Whether an address is in one of these networks; what is no address is in none."""
    found = parsed(address)
    return found is not None and any(found in ip_network(text) for text in wanted)


def parsed(address: str) -> IPv4Address | IPv6Address | None:
    """An address; of IPv4 also where it is written within IPv6, as sockets for both do."""
    try:
        found = ip_address(address)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
