"""What a plugin needs to bring detectors: `from aerostic.sdk.detection import Detector, Signal`."""

from aerostic.detection.contract import Counted, Detector, Exact, SeriesDetector, Signal, Subject, Tick, Windows
from aerostic.streams.observed import kinds as _kinds

HEARD, OBSERVATIONS = _kinds.HEARD, _kinds.OBSERVATIONS

__all__ = [
    "HEARD",
    "OBSERVATIONS",
    "Counted",
    "Detector",
    "Exact",
    "SeriesDetector",
    "Signal",
    "Subject",
    "Tick",
    "Windows",
]
