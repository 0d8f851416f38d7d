"""Observations: what detectors look at. Many, small, and never waited for; they travel on a bus of their own."""

from aerostic.streams.observed.bus import open_observations
from aerostic.streams.observed.fingerprints import fingerprint
from aerostic.streams.observed.observing import flush, init_observing, observe, observe_after, quietly
from aerostic.streams.observed.pseudonyms import Where, pseudonym, where

__all__ = [
    "Where",
    "fingerprint",
    "flush",
    "init_observing",
    "observe",
    "observe_after",
    "open_observations",
    "pseudonym",
    "quietly",
    "where",
]
