"""What a plugin needs to bring detectors: `from aerostic.sdk.detection import Detector, Signal`."""

from aerostic.detection.contract import (
    Counted,
    Detector,
    Exact,
    SeriesDetector,
    Signal,
    Subject,
    SubjectKind,
    Tick,
    Windows,
)
from aerostic.detection.forest.features import FEATURES, MEASURES
from aerostic.detection.forest.model import severity
from aerostic.detection.forest.scoring import Forest, process_forest
from aerostic.detection.forest.subjects import Key, Subjects
from aerostic.streams.observed import kinds as _kinds

HEARD, OBSERVATIONS = _kinds.HEARD, _kinds.OBSERVATIONS

__all__ = [
    "FEATURES",
    "HEARD",
    "MEASURES",
    "OBSERVATIONS",
    "Counted",
    "Detector",
    "Exact",
    "Forest",
    "Key",
    "SeriesDetector",
    "Signal",
    "Subject",
    "SubjectKind",
    "Subjects",
    "Tick",
    "Windows",
    "process_forest",
    "severity",
]
