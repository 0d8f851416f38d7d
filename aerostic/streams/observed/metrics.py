"""What Prometheus learns of observations."""

from prometheus_client import Counter, Gauge

OBSERVED = Counter("aerostic_observations", "Observations that the bus took.")
DROPPED = Counter("aerostic_observations_dropped", "Observations that never reached the bus, by reason.", ["reason"])
WAITING = Gauge("aerostic_observations_waiting", "Observations of this process that wait for the bus.")
