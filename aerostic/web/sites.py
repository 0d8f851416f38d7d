"""Addresses of our own pages as they stand in mail: by host, never by what some request says."""

from aerostic.registry import runtime

LOCAL = "localhost"


def site(host: str = "") -> str:
    """The address of a host, without a slash at its end; of the platform's own when none is named.

    On this machine, pages are served by the front door, without encryption.
    """
    settings = runtime().settings
    host = host or f"app.{settings.domain}"
    if host == LOCAL or host.endswith(f".{LOCAL}"):
        return f"http://{host}:{settings.port}"
    return f"https://{host}"
