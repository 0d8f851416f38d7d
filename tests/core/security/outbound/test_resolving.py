"""Connections that are kept open look hosts up through the guard."""

import asyncio
import socket
from collections.abc import Sequence

import pytest

from aerostic.security.outbound.resolving import Guarded

NAMES = {"graph.example": ["93.184.216.34"], "inside.example": ["93.184.216.34", "10.0.0.1"]}


async def look_up(host: str, port: int) -> Sequence[str]:
    return NAMES.get(host, [])


def found(host: str, port: int = 443, allowed: frozenset[str] = frozenset()) -> list[tuple[str, int]]:
    results = asyncio.run(Guarded(lambda: allowed, look_up).resolve(host, port, socket.AF_INET))
    return [(result["host"], result["port"]) for result in results]


def test_a_public_host_gives_its_addresses():
    assert found("graph.example") == [("93.184.216.34", 443)]


@pytest.mark.parametrize("host", ["inside.example", "nowhere.example"])
def test_a_host_with_one_private_address_or_none_gives_nothing(host: str):
    with pytest.raises(OSError, match=r"private|unknown"):
        found(host)


def test_what_the_operator_allows_is_found_with_its_port():
    allowed = frozenset({"inside.example:8080"})
    assert ("10.0.0.1", 8080) in found("inside.example", 8080, allowed)
    with pytest.raises(OSError, match="private"):
        found("inside.example", 9090, allowed)
