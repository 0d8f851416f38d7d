"""Network addresses, as detectors see them: pseudonyms of the address, of its network, and a country."""

from dataclasses import dataclass
from random import Random

from tests.labelled.chance import digest

COUNTRIES = ("DE", "AT", "CH", "EG", "GB", "AE", "SA", "FR", "PL", "IN")
ABROAD = ("BR", "VN", "NG", "RU", "ID", "US", "UA", "BD", "PK", "CN")


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody asks from."""

    address: str
    subnet: str
    country: str

    def where(self) -> dict[str, str]:
        """The fields of an observation."""
        return {"address": self.address, "subnet": self.subnet, "country": self.country}


def place(rng: Random, country: str = "", subnet: str = "") -> Place:
    """A new address; in a network of its own unless one is named."""
    return Place(digest(rng), subnet or digest(rng), country or rng.choice(COUNTRIES))


def pool(rng: Random, addresses: int, subnets: int, country: str = "") -> list[Place]:
    """Addresses in a few networks; of many countries when none is named and they are abroad."""
    networks = [(digest(rng), country or rng.choice(ABROAD)) for _ in range(subnets)]
    return [place(rng, where, network) for network, where in (rng.choice(networks) for _ in range(addresses))]
