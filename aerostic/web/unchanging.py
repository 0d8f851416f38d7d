"""Answers that never change: what is at such an address has its contents' digest in its name."""

from flask import Response

FOREVER = "public, max-age=31536000, immutable"
# Also for drawings that are opened by themselves: nothing in them runs.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def unchanging(data: bytes, media_type: str) -> Response:
    """Contents that a browser may keep for ever, and that can do nothing but be seen."""
    response = Response(data, content_type=media_type)
    response.headers["Cache-Control"] = FOREVER
    response.headers["Content-Security-Policy"] = POLICY
    if media_type.startswith("image/svg"):
        response.headers["Content-Disposition"] = "attachment"
    return response
