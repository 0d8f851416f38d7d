"""What belongs to one application object: its settings, its registry, its Redis."""

from dataclasses import dataclass

from flask import current_app
from redis import Redis

from aerostic.registry.registry import Registry
from aerostic.settings import Settings

KEY = "aerostic"


@dataclass(frozen=True, slots=True)
class Runtime:
    """Kept in `app.extensions["aerostic"]`."""

    settings: Settings
    registry: Registry
    redis: Redis


def runtime() -> Runtime:
    """The running application's. Needs an application context."""
    found: Runtime = current_app.extensions[KEY]
    return found
