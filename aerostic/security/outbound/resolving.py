"""From a host's name to the addresses that are connected to: looked up once, all of them checked, and no other used."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from aerostic.security.outbound.addresses import is_public
from aerostic.security.outbound.errors import OutboundError, refusal
from aerostic.security.outbound.targets import Target

# Gives the addresses of a name and port, as text; raises OSError where there are none.
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


async def look_up(host: str, port: int) -> Sequence[str]:
    """The system's answer. It comes from a thread of its own, so that a silent name server holds up nobody's end."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[str]] = loop.create_future()

    def give(addresses: list[str], error: OSError | None) -> None:
        if not answer.done():
            answer.set_exception(error) if error else answer.set_result(addresses)

    def ask() -> None:
        found, error = [], None
        try:
            found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        except (OSError, UnicodeError):
            error = OSError("not known")
        with suppress(RuntimeError):  # the loop has ended: nobody waits any more
            loop.call_soon_threadsafe(give, found, error)

    threading.Thread(target=ask, daemon=True).start()
    return await answer


async def addresses_of(target: Target, resolve: Resolve) -> tuple[str, ...]:
    """The addresses of a target. One that is not public makes it refused: it could be the next one that is tried.

    Raises:
        AddressError, NoAnswerError: it has such a one, or none.
    """
    try:
        found = (target.host,) if target.numeric else tuple(dict.fromkeys(await resolve(target.host, target.port)))
    except OSError:
        found = ()
    if not found:
        raise refusal("unknown")
    if not target.inside and not all(map(is_public, found)):
        raise refusal("private")
    return found


class Pinned(AbstractResolver):
    """Gives these addresses, whatever is asked."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """See `AbstractResolver`."""
        return [_result(host, port, address) for address in self._addresses]

    async def close(self) -> None:
        """Nothing is held."""


class Guarded(AbstractResolver):
    """For connections that are kept open: looks hosts up as often as they are connected to, and refuses what is not public.

    Args:
        allowed: gives what `Client` is given, when it is needed.
        resolve: as for `Client`.
    """

    def __init__(self, allowed: Callable[[], frozenset[str]], resolve: Resolve = look_up) -> None:
        self._allowed, self._resolve = allowed, resolve

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """See `AbstractResolver`, which wants an OSError for what cannot be connected to."""
        inside = bool({host, f"{host}:{port}"} & self._allowed())
        target = Target(URL.build(scheme="https", host=host, port=port), host, port, inside)
        try:
            return [_result(host, port, address) for address in await addresses_of(target, self._resolve)]
        except OutboundError as error:
            raise OSError(error.reason) from None

    async def close(self) -> None:
        """Nothing is held."""


def _result(host: str, port: int, address: str) -> ResolveResult:
    return ResolveResult(
        hostname=host,
        host=address,
        port=port,
        family=socket.AF_INET6 if ":" in address else socket.AF_INET,
        proto=0,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )
