"""What Prometheus learns of the streams."""

from prometheus_client import Counter, Gauge

PUBLISHED = Counter("aerostic_events_published", "Events the relay handed to the bus.")
CONSUMED = Counter("aerostic_events_consumed", "Events a handler was done with.", ["handler", "outcome"])
UNREADABLE = Counter("aerostic_events_unreadable", "What was on a bus and is no event; it was passed over.")
LAG = Gauge("aerostic_events_lag", "Events a handler has not committed yet.", ["handler"])
DEAD = Gauge("aerostic_events_dead", "Dead letters that wait for a person.")
INTAKE = Gauge("aerostic_intake_backlog", "Webhooks that wait to be processed.")
LOOP_FAILURES = Counter(
    "aerostic_stream_loop_failures", "Times a loop of the stream process failed and went on.", ["loop"]
)
