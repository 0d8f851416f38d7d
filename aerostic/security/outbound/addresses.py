"""Which network addresses are public."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# Beside what `ipaddress` knows as not global, whichever Python's list it is (IANA special-purpose registries, 2026).
CLOSED_V4 = tuple(
    map(
        IPv4Network,
        (
            "100.64.0.0/10",  # carriers' own, RFC 6598; some clouds' metadata
            "168.63.129.16/32",  # Azure's host, public by number only
            "192.0.0.0/24",  # protocol assignments, RFC 6890; another cloud's metadata
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",  # relays of 6to4, RFC 7526
            "192.175.48.0/24",
        ),
    )
)
GLOBAL_V6 = IPv6Network("2000::/3")
CLOSED_V6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments, Teredo among them (RFC 4380)
            "2001:db8::/32",
            "2002::/16",  # 6to4: an IPv4 address is in it
            "3fff::/20",
            "2620:4f:8000::/48",
        ),
    )
)
# What networks without IPv4 reach it by (RFC 6052); it is as public as the address in it.
NAT64 = IPv6Network("64:ff9b::/96")
# The half of an ISATAP address that says so (RFC 5214, 6.1); an IPv4 address follows.
ISATAP = (0x00005EFE, 0x02005EFE)


def is_public(text: str) -> bool:
    """Whether an address is one of the public internet: not of a private network, in none of the ways to write one."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    return _public_v4(address) if isinstance(address, IPv4Address) else _public_v6(address)


def _public_v4(address: IPv4Address) -> bool:
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    return not any(address in network for network in CLOSED_V4)


def _public_v6(address: IPv6Address) -> bool:
    if address.scope_id is not None:
        return False
    if address in NAT64:
        return _public_v4(IPv4Address(int(address) & 0xFFFFFFFF))
    if address not in GLOBAL_V6 or not address.is_global or any(address in network for network in CLOSED_V6):
        return False
    return (int(address) >> 32) & 0xFFFFFFFF not in ISATAP
