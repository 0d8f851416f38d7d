"""Setting flags as detection does, from a process of its own."""

from time import time

from redis import Redis

from aerostic.registry import runtime
from aerostic.security.restrictions import Action, Restriction, Restrictions
from aerostic.streams.observed import where

DECISION = "01890000-0000-7000-8000-000000000001"


def flags() -> Restrictions:
    """As another process sees them: over a connection of its own."""
    settings = runtime().settings
    return Restrictions(Redis.from_url(settings.redis_url), settings.redis_prefix)


def flag(kind: str, subject: object, action: Action, seconds: float = 600) -> None:
    """Set a flag. Needs an application context."""
    flags().put(kind, str(subject), Restriction(action, DECISION, time() + seconds))


def flag_address(address: str, action: Action) -> None:
    """Set a flag on a network address."""
    flag("address", where(address).address, action)


def lift(kind: str, subject: object) -> None:
    """Take a flag away."""
    flags().lift(kind, str(subject))
