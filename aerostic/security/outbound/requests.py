"""A request, and what becomes of it when the answer points elsewhere."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from aerostic.security.outbound.errors import refusal
from aerostic.security.outbound.targets import Target

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
LONGEST = 8_000
# Where and how a request goes is ours to say.
OURS = frozenset(
    ("accept-encoding", "connection", "content-length", "expect", "host", "keep-alive", "te", "trailer",
     "transfer-encoding", "upgrade")
)  # fmt: skip
# What may be told to a host that the first one leads to; any other header may hold a secret.
HARMLESS = frozenset({"accept", "accept-language", "content-type", "user-agent"})
OF_BODY = frozenset({"content-type", "content-encoding", "content-language"})


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked. Neither headers nor body are shown anywhere."""

    target: Target = field(repr=False)
    method: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if self.method not in METHODS or not all(map(sendable, self.headers, self.headers.values())):
            raise refusal("request")


def led_on(request: Request, status: int, target: Target) -> Request:
    """The request that follows an answer 301, 302, 303, 307 or 308 (RFC 9110, 15.4).

    Raises:
        AddressError: it leads away from https.
    """
    if request.target.url.scheme == "https" and target.url.scheme != "https":
        raise refusal("downgrade")
    headers = dict(request.headers)
    if target.origin != request.target.origin:
        headers = {name: value for name, value in headers.items() if name.lower() in HARMLESS}
    if status in (307, 308) or request.method == "HEAD" or (status != 303 and request.method != "POST"):
        return replace(request, target=target, headers=headers)
    headers = {name: value for name, value in headers.items() if name.lower() not in OF_BODY}
    return Request(target, "GET", headers, b"")


def sendable(name: str, value: str) -> bool:
    """Whether a header can be sent: of printable ASCII, and none that says where or how a request goes."""
    plain = value.isprintable() and value.isascii() and len(value) <= LONGEST
    known = name.lower()
    return plain and bool(NAME.fullmatch(name)) and known not in OURS and not known.startswith("proxy-")
