"""Observations: what detectors look at. Many, small, and never waited for; they travel on a bus of their own."""

from aerostic.streams.observed.bus import open_observations
from aerostic.streams.observed.observing import flush, init_observing, observe, observe_after

__all__ = ["flush", "init_observing", "observe", "observe_after", "open_observations"]
