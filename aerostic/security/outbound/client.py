"""Asking a configured address: the only way to."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urljoin

import orjson
from aiohttp import (
    ClientError,
    ClientResponse,
    ClientSession,
    ClientSSLError,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
)

from aerostic.registry import runtime
from aerostic.security.outbound.bodies import Body
from aerostic.security.outbound.errors import refusal
from aerostic.security.outbound.requests import Request, led_on
from aerostic.security.outbound.resolving import Guarded, Pinned, Resolve, addresses_of, look_up
from aerostic.security.outbound.targets import parse

MOVED = (301, 302, 303, 307, 308)
LINE, LINES = 8_190, 100
# Says nothing of whose platform this is.
OWN_HEADERS = {"Accept-Encoding": "gzip, deflate", "User-Agent": "outbound/1"}


@dataclass(frozen=True, slots=True)
class Limits:
    """How far an answer is waited for.

    Args:
        bytes: the largest body that is taken, unpacked.
        seconds: for all of it: looking the host up, every address it leads to, the last byte.
        redirects: to how many other addresses it may lead.
        follow: whether to go there at all; else the answer that leads elsewhere is the answer.
    """

    bytes: int = 1_000_000
    seconds: float = 10.0
    redirects: int = 3
    follow: bool = True


@dataclass(frozen=True)
class Answer:
    """What came back. Header names are in small letters; one that came twice is joined by commas, cookies are left out."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """The body as UTF-8; what is none is replaced."""
        return self.body.decode(errors="replace")

    @cached_property
    def json(self) -> Any:
        """The body as JSON.

        Raises:
            AnswerError: it is none.
        """
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            raise refusal("broken") from None


@lru_cache(maxsize=1)
def _authorities() -> ssl.SSLContext:
    return ssl.create_default_context()


@dataclass(frozen=True, slots=True)
class Client:
    """Asks addresses.

    Args:
        allowed: `host` or `host:port` of the operator's own that may be asked, too, and without https.
        resolve: looks hosts up; the system, when left out.
        tls: whom to trust; the authorities that the system trusts, when left out.
    """

    allowed: frozenset[str] = frozenset()
    resolve: Resolve = look_up
    tls: ssl.SSLContext | None = None

    async def ask(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        limits: Limits | None = None,
    ) -> Answer:
        """Send one request, follow where it leads, and take the answer, whatever its status. See `fetch`."""
        limits = limits or Limits()
        try:
            async with asyncio.timeout(limits.seconds):
                request = Request(parse(url, self.allowed), method, headers or {}, body)
                return await self._follow(request, limits)
        except TimeoutError:
            raise refusal("slow") from None

    async def check(self, url: str) -> None:
        """Look whether an address may be asked. Only `ask` keeps to what was looked up, so this is for forms.

        Raises:
            AddressError, NoAnswerError: why not.
        """
        try:
            async with asyncio.timeout(Limits().seconds):
                await addresses_of(parse(url, self.allowed), self.resolve)
        except TimeoutError:
            raise refusal("slow") from None

    async def _follow(self, request: Request, limits: Limits) -> Answer:
        for _ in range(limits.redirects + 1):
            answer = await self._once(request, limits)
            place = answer.headers.get("location") if answer.status in MOVED else None
            if place is None or not limits.follow:
                return answer
            target = parse(urljoin(str(request.target.url), place), self.allowed)
            request = led_on(request, answer.status, target)
        raise refusal("redirects")

    async def _once(self, request: Request, limits: Limits) -> Answer:
        addresses = await addresses_of(request.target, self.resolve)
        connector = TCPConnector(resolver=Pinned(addresses), ssl=self.tls or _authorities(), force_close=True)
        session = ClientSession(
            connector=connector,
            cookie_jar=DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            timeout=ClientTimeout(total=None),
            headers=OWN_HEADERS,
            max_line_size=LINE,
            max_field_size=LINE,
            max_headers=LINES,
        )
        try:
            async with (
                session,
                session.request(
                    request.method,
                    request.target.url,
                    headers=request.headers,
                    data=request.body or None,
                    allow_redirects=False,
                ) as response,
            ):
                return await _taken(response, limits.bytes)
        except (ClientSSLError, ssl.SSLError):
            raise refusal("certificate") from None
        except ClientError as error:
            raise refusal("unreachable" if isinstance(error, OSError) else "broken") from None
        except OSError:
            raise refusal("unreachable") from None


async def _taken(response: ClientResponse, most: int) -> Answer:
    """The answer, read as far as it may be; the body of one that leads elsewhere is left."""
    headers: dict[str, str] = {}
    for name, value in response.headers.items():
        known = name.lower()
        if known != "set-cookie":
            headers[known] = f"{headers[known]}, {value}" if known in headers else value
    if response.status in MOVED and "location" in headers:
        return Answer(response.status, headers, b"")
    body = Body(headers.get("content-encoding", ""), most)
    async for chunk in response.content.iter_any():
        body.add(chunk)
    return Answer(response.status, headers, body.whole())


def client() -> Client:
    """The client of this platform: with the hosts that its operator allows. Needs an application context."""
    return Client(_allowed())


def _allowed() -> frozenset[str]:
    return frozenset(runtime().settings.outbound_allowed)


def guarded() -> Guarded:
    """A resolver for connections of one's own that are kept open. Follow no redirects with it: a number is not looked up."""
    return Guarded(_allowed)


def fetch(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    limits: Limits | None = None,
) -> Answer:
    """Ask an address that somebody configured, and take the answer, whatever its status.

    The host is looked up once; it is connected to one of the very addresses that were checked, and has to prove its name.
    Every address that the answer leads to is checked likewise. To be called where no event loop runs; `client().ask(...)`
    is the same with `await`.

    Args:
        url: `https://...`; of hosts that the operator allows also `http://...`.
        method: GET, HEAD, POST, PUT, PATCH or DELETE.
        headers: what to send along. At another host than the first, only what cannot be a secret is.
        body: what to send.
        limits: how far to wait.

    Raises:
        AddressError: this address or request cannot be; somebody has to change it.
        NoAnswerError: another try may go well.
        AnswerError: the answer is too large or cannot be read.
    """
    return asyncio.run(client().ask(url, method=method, headers=headers, body=body, limits=limits))


def check_public(url: str) -> None:
    """Refuse an address that may not be asked, where somebody enters it.

    Raises:
        AddressError, NoAnswerError: why not.
    """
    asyncio.run(client().check(url))


def host_of(url: str) -> str:
    """The host that an address leads to, in its one spelling: what whoever connects will take it for.

    Raises:
        AddressError: it is none that may be asked.
    """
    return parse(url, _allowed()).host
