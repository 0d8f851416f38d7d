"""What Prometheus learns of the windows."""

from prometheus_client import Counter, Gauge

FAILURES = Counter("aerostic_windows_failures", "Ticks that Redis did not take; they are kept and sent again.")
OWED = Gauge("aerostic_windows_owed", "Counts that wait to be written to Redis.")
DROPPED = Counter(
    "aerostic_windows_dropped", "Counts that other processes will not learn of: too many waited, or too many keys."
)
