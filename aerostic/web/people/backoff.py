"""Patience with those who try passwords or ask for mail: so many times in a quarter of an hour, then a pause."""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import NoReturn

from flask import abort, make_response, request

from aerostic.identity.emails import email_index
from aerostic.registry import runtime
from aerostic.web.errors import error_page

SECONDS = 900
V6_PREFIX = 64


@dataclass(frozen=True, slots=True)
class Limit:
    """How often something may be done in a quarter of an hour."""

    name: str
    most: int

    def spend(self, key: str) -> int:
        """Count one more; the seconds to wait, 0 where it may be done."""
        with runtime().redis.pipeline() as pipe:
            pipe.incr(self._key(key))
            pipe.expire(self._key(key), SECONDS, nx=True)
            pipe.ttl(self._key(key))
            count, _, left = pipe.execute()
        return max(1, left) if count > self.most else 0

    def give_back(self, key: str) -> None:
        """Uncount one: it was nothing to be careful of."""
        if runtime().redis.decr(self._key(key)) <= 0:
            runtime().redis.delete(self._key(key))

    def forget(self, key: str) -> None:
        """Begin anew."""
        runtime().redis.delete(self._key(key))

    def _key(self, key: str) -> str:
        return f"{runtime().settings.redis_prefix}:patience:{self.name}:{key}"


def refuse(seconds: int) -> NoReturn:
    """Answer 429: come back later."""
    response = make_response(error_page(429))
    response.headers["Retry-After"] = str(seconds)
    abort(response)


def address_key(email: str) -> str:
    """An address as a key, without the address in it."""
    return email_index(email).hex()


def visitor_key() -> str:
    """Where the request comes from: an address, or of IPv6 the network, which belongs to one household."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if address.version == 4:
        return str(address)
    return str(ip_network((address, V6_PREFIX), strict=False).network_address)
