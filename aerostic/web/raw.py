"""Requests as a WSGI server hands them over, for what answers before Flask: body, and refusals."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import UUID

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]
RETRY_SECONDS = 5
STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class Refusal(Exception):  # noqa: N818 - an answer, not an error of ours
    """An answer other than 200, with what the sender should know.

    Args:
        wait: seconds after which to come again; 0 where that would not help.
        reason: what detectors are told of it, where the status says something else.
        tenant_id: whose endpoint was asked, where that is known.
    """

    def __init__(
        self, status: int, text: str, wait: int = 0, *, reason: str = "", tenant_id: UUID | None = None
    ) -> None:
        super().__init__(text)
        self.status, self.wait, self.reason, self.tenant_id = status, wait, reason, tenant_id


def body_of(environ: Environ, limit: int) -> bytes:
    """The raw bytes, as many as announced, or all there are when nothing was announced."""
    announced = environ.get("CONTENT_LENGTH") or ""
    if announced and not (announced.isascii() and announced.isdigit()):
        raise Refusal(400, "Content-Length is no number.")
    if announced and int(announced) > limit:
        raise Refusal(413, f"A webhook may have {limit} bytes.")
    stream, parts, left = environ["wsgi.input"], [], int(announced) if announced else limit + 1
    while left and (part := stream.read(left)):
        parts.append(part)
        left -= len(part)
    body = b"".join(parts)
    if announced and left:
        raise Refusal(400, "The body ended early.")
    if len(body) > limit:
        raise Refusal(413, f"A webhook may have {limit} bytes.")
    return body
