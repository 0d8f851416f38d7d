"""Pseudonyms: what stands for an address, a domain or the ids in a path. The same for all tenants, so that who works across
tenants is seen; made with a key of the platform's, so that nobody else can tell what is meant, not even by trying.
"""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_network

from aerostic.security.addresses import coarse, parsed
from aerostic.security.vault import blind_index

BYTES = 8
REMEMBERED = 50_000
# What one household or one rented machine has of IPv6; `coarse` is the network around it.
V6_PREFIX = 64


@dataclass(frozen=True, slots=True)
class Where:
    """Where something came from: the fields `kinds.WHERE`."""

    address: str
    subnet: str
    country: str = ""

    def fields(self) -> dict[str, str]:
        """As an observation has them."""
        return {"address": self.address, "subnet": self.subnet, "country": self.country}


def where(address: str, country: str = "") -> Where:
    """The pseudonyms of a network address; '' for what is none.

    Args:
        address: as text; of IPv6 its /64 counts, which belongs to one household.
        country: as a proxy of ours tells it, '' where none does.
    """
    own, subnet = _pseudonyms(address)
    return Where(own, subnet, country if len(country) == 2 and country.isascii() and country.isalpha() else "")


@lru_cache(REMEMBERED)
def _pseudonyms(address: str) -> tuple[str, str]:
    found = parsed(address)
    if found is None:
        return "", ""
    own = str(found) if found.version == 4 else str(ip_network((found, V6_PREFIX), strict=False))
    return _digest("address", own), _digest("subnet", coarse(address))


@lru_cache(REMEMBERED)
def pseudonym(kind: str, value: str) -> str:
    """What stands for a value; '' for ''.

    Args:
        kind: `endpoint`, `link` or `object`: equal values of two kinds have two pseudonyms.
    """
    return _digest(kind, value) if value else ""


def _digest(kind: str, value: str) -> str:
    return blind_index(None, f"observed.{kind}", value)[:BYTES].hex()
