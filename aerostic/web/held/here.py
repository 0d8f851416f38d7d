"""Where a request comes from, by pseudonyms."""

from flask import g, request

from aerostic.registry import runtime
from aerostic.streams.observed import Where, where


def here() -> Where:
    """Address, network and country of this request; the country only where a proxy of ours tells it."""
    if "where" not in g:
        header = runtime().settings.country_header
        g.where = where(request.remote_addr or "", request.headers.get(header, "") if header else "")
    found: Where = g.where
    return found
