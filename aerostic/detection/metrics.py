"""What Prometheus learns of detection."""

from prometheus_client import Counter, Gauge, Histogram

TICKS = Counter("aerostic_detection_ticks", "Ticks that were judged.")
EVENTS = Counter("aerostic_detection_events", "Observations, by what became of them.", ["outcome"])
SIGNALS = Counter("aerostic_detection_signals", "Signals that detectors gave.", ["detector"])
FAILURES = Counter("aerostic_detector_failures", "Times a detector failed.", ["detector"])
DECISIONS = Counter(
    "aerostic_detection_decisions", "Decisions of the policy, by whether they are only a shadow.", ["action", "shadow"]
)
CAPPED = Counter("aerostic_detection_capped", "Actions left at watching, since they stood on too many tenants already.")
OWED = Gauge("aerostic_detection_flags_owed", "Flags that Redis has not taken yet.")
QUEUED = Gauge("aerostic_detection_rows_queued", "Rows that PostgreSQL has not taken yet.")
DROPPED = Counter(
    "aerostic_detection_decisions_dropped",
    "Decisions that will be no rows of their own: merged into a later one, or too many of a tenant, in total or without Redis.",
    ["why"],
)
LOST = Counter("aerostic_detection_rows_lost", "Rows of signals given up while PostgreSQL was away for too long.")
WINDOWS = Counter("aerostic_detection_windows_failures", "Ticks whose windows Redis did not take at once.")
SECONDS = Histogram(
    "aerostic_detection_action_seconds",
    "Time from an event to the action on it.",
    buckets=(0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 30),
)
LAG = Gauge("aerostic_detection_lag", "Events that detection has not judged yet.", ["bus"])
BEHIND = Gauge("aerostic_detection_behind_seconds", "Age of the oldest event of the last tick.")
ALIVE = Gauge("aerostic_detection_alive", "Whether a detection process has been heard of within a minute.")
DEGRADED = Gauge(
    "aerostic_detection_degraded", "Whether detection goes by what it knew last, since it cannot read the database."
)
FORGOTTEN = Counter(
    "aerostic_detection_events_forgotten", "Events never judged, since detection was down or far behind."
)
