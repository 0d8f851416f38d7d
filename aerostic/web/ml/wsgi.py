"""Requests as a WSGI server hands them over."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from aerostic.web.refusals import Refusal

Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]
STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


def body_of(environ: Environ, limit: int) -> bytes:
    """The raw bytes, as many as announced, or all there are when nothing was announced."""
    announced = environ.get("CONTENT_LENGTH") or ""
    if announced and not (announced.isascii() and announced.isdigit()):
        raise Refusal(400, "Content-Length is no number.")
    if announced and int(announced) > limit:
        raise Refusal(413, f"A body may have {limit} bytes: send fewer rows.")
    stream, parts, left = environ["wsgi.input"], [], int(announced) if announced else limit + 1
    while left and (part := stream.read(left)):
        parts.append(part)
        left -= len(part)
    body = b"".join(parts)
    if announced and left:
        raise Refusal(400, "The body ended early.")
    if len(body) > limit:
        raise Refusal(413, f"A body may have {limit} bytes: send fewer rows.")
    return body
