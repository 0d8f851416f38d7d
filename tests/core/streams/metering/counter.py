"""A process that counts calls of the API and is killed at a chosen point."""

import os
import signal
import sys
import threading
from typing import Any

from aerostic.app import create_app
from aerostic.streams.metering import counting, handling
from aerostic.streams.observed.bus import open_observations


def die(*_: Any) -> None:
    """As a machine does that loses its power."""
    os.kill(os.getpid(), signal.SIGKILL)


def main(point: str) -> None:
    """Count until the end, which comes before the sums are committed, or before the bus is told so."""
    app = create_app(serves=False)
    runtime = app.extensions["aerostic"]
    with app.app_context():
        bus = open_observations(runtime.settings, runtime.redis)
        consumer = bus.consumer(handling.CALLS, name="killed")
        if point == "before the sums are committed":
            counting.Forgetting.step = die  # type: ignore[method-assign]
        else:
            consumer.commit = die  # type: ignore[method-assign]
        handling.follow(bus, consumer, threading.Event())


if __name__ == "__main__":
    main(sys.argv[1])
