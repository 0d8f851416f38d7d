"""An address as it was entered, taken apart once: whoever connects uses these parts, and no second reading of the text."""

import re
from collections.abc import Set
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import SplitResult, urlsplit

import idna
from yarl import URL

from aerostic.security.outbound.errors import refusal

LONGEST = 4_096
LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
PORTS = {"https": 443, "http": 80}
LEAST_PORT = 1024


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes.

    Args:
        url: the whole address, without a fragment.
        host: a name in ASCII, or a number as `ipaddress` writes it.
        inside: whether the operator allows this host and port, whatever network it is in.
    """

    url: URL
    host: str
    port: int
    inside: bool

    @property
    def origin(self) -> tuple[str, str, int]:
        """What has to stay the same for what is secret to be sent along."""
        return self.url.scheme, self.host, self.port

    @property
    def numeric(self) -> bool:
        """Whether the host is a number."""
        return ":" in self.host or bool(NUMBER.fullmatch(self.host.rpartition(".")[2]))


def parse(text: str, allowed: Set[str]) -> Target:
    """Take an address apart.

    Args:
        allowed: `host` or `host:port` that the operator lets be asked although they are internal, also without https.

    Raises:
        AddressError: it is none that may be asked, as far as its text tells.
    """
    parts = _split(text)
    host = _host(parts)
    try:
        port = parts.port or (PORTS[parts.scheme] if parts.port is None else 0)
    except ValueError:
        raise refusal("port") from None
    bracketed = f"[{host}]" if ":" in host else host
    inside = bool({bracketed, f"{bracketed}:{port}"} & allowed)
    if not inside:
        _check_outside(parts.scheme, host, port)
    target = Target(_url(parts, bracketed, port), host, port, inside)
    if (target.url.raw_host, target.url.port) != (host, port):
        raise refusal("spelling")
    return target


def _split(text: str) -> SplitResult:
    if len(text) > LONGEST or "\\" in text or not text.isprintable() or any(map(str.isspace, text)):
        raise refusal("spelling")
    try:
        parts = urlsplit(text)
    except ValueError:
        raise refusal("spelling") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise refusal("scheme")
    if "@" in parts.netloc:
        raise refusal("userinfo")
    return parts


def _host(parts: SplitResult) -> str:
    """The host in its one spelling."""
    name = parts.hostname or ""
    if "[" in parts.netloc:
        return _number(IPv6Address, name)
    try:
        host = name if name.isascii() else idna.encode(name, uts46=True).decode()
    except UnicodeError:
        raise refusal("spelling") from None
    labels = host.split(".")
    if len(host) > 253 or not all(map(LABEL.fullmatch, labels)):
        raise refusal("spelling")
    return _number(IPv4Address, host) if NUMBER.fullmatch(labels[-1]) else host


def _number(kind: type[IPv4Address] | type[IPv6Address], text: str) -> str:
    """Only whole decimal IPv4 and plain IPv6: what else libraries read as a number hides where it leads."""
    try:
        address = kind(text)
    except ValueError:
        raise refusal("spelling") from None
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        raise refusal("spelling")
    return str(address)


def _check_outside(scheme: str, host: str, port: int) -> None:
    if scheme != "https":
        raise refusal("scheme")
    if port < LEAST_PORT and port not in PORTS.values():
        raise refusal("port")
    if "." not in host and ":" not in host:
        raise refusal("private")


def _url(parts: SplitResult, host: str, port: int) -> URL:
    query = f"?{parts.query}" if parts.query else ""
    try:
        return URL(f"{parts.scheme}://{host}:{port}{parts.path or '/'}{query}")
    except ValueError:
        raise refusal("spelling") from None
