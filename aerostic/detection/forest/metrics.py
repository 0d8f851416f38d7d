"""What Prometheus learns of the forest."""

from prometheus_client import Counter, Gauge, Histogram

ROWS = Counter(
    "aerostic_forest_rows", "Rows that were asked about, by who judged them: here, remote or nobody.", ["by"]
)
VERSION = Gauge("aerostic_forest_version", "The version that judges in this process; 0 while there is none.")
DRIFT = Gauge("aerostic_forest_drift", "Population stability index of a feature since the active version.", ["feature"])
REMOTE_FAILURES = Counter("aerostic_forest_remote_failures", "Questions the remote service did not answer.", ["reason"])
SECONDS = Histogram("aerostic_forest_request_seconds", "Time to answer a request of the service.", ["path"])
