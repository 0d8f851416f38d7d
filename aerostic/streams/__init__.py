"""Events: their catalogue, the bus that carries them, the outbox relay, the consumers; and the webhook intake stream."""

from aerostic.streams import core_events as _core_events  # noqa: F401  (declares the core's types)
from aerostic.streams.bus import Bus, BusError, BusFullError, Consumer
from aerostic.streams.catalogue import CatalogueError, EventType, all_types, register
from aerostic.streams.intake import Intake, IntakeError, IntakeFullError, IntakeUnavailableError

__all__ = [
    "Bus",
    "BusError",
    "BusFullError",
    "CatalogueError",
    "Consumer",
    "EventType",
    "Intake",
    "IntakeError",
    "IntakeFullError",
    "IntakeUnavailableError",
    "all_types",
    "register",
]
