"""What belongs to one application object: its settings, its registry, its Redis, its recurring jobs, who holds what of people."""

from dataclasses import dataclass, field

from flask import current_app
from redis import Redis

from aerostic.registry.declarations import PersonHolder, Schedule
from aerostic.registry.registry import Registry
from aerostic.settings import Settings

KEY = "aerostic"


@dataclass(frozen=True, slots=True)
class Runtime:
    """Kept in `app.extensions["aerostic"]`."""

    settings: Settings
    registry: Registry
    redis: Redis
    schedules: dict[str, Schedule] = field(default_factory=dict)
    holders: tuple[PersonHolder, ...] = ()


def runtime() -> Runtime:
    """The running application's. Needs an application context."""
    found: Runtime = current_app.extensions[KEY]
    return found
