"""The detection process of `aerostic detect score --real`: the one of `aerostic detect run`, but for its clock, which is that of
the events, and its hurry: it does not wait between ticks. At its end it prints the CPU seconds that it took.
"""

import signal
import threading
import time
from contextlib import closing
from operator import attrgetter

from aerostic.cli.detect.quick import ticks
from aerostic.cli.processes import application
from aerostic.detection.running.process import assemble
from aerostic.detection.running.pulse import GROUP
from aerostic.detection.running.watching import LIMIT, Watch
from aerostic.registry.runtime import KEY
from aerostic.streams.observed import open_observations
from aerostic.streams.process import run_loops
from aerostic.streams.transports import open_bus

WAIT_SECONDS = 0.02
# As long as may be: past three seconds admission would take detection to be behind, and hold tenants to their share.
TICK_SECONDS = 2.5


def main() -> None:
    """Judge until told to end."""
    app = application(serves=False)
    runtime = app.extensions[KEY]
    buses = [open_bus_(runtime.settings, runtime.redis) for open_bus_ in (open_observations, open_bus)]
    now = [0.0]
    parts = assemble(app, clock=lambda: now[0])
    watch = Watch(parts, (), lambda: now[0])

    def judge(stop: threading.Event) -> None:
        with (
            closing(buses[0].consumer(GROUP, name="score")) as first,
            closing(buses[1].consumer(GROUP, name="score")) as other,
        ):
            watch.begin()
            print("ready", flush=True)
            while not stop.is_set():
                events = first.poll(LIMIT, WAIT_SECONDS) + other.poll(LIMIT, WAIT_SECONDS)
                for tick in ticks(sorted(events, key=attrgetter("time")), TICK_SECONDS):
                    now[0] = max(now[0], tick[-1].time.timestamp())
                    watch.tick(tick)
                first.commit()
                other.commit()

    run_loops(app, {"detect": judge, "detect-rows": parts.keeper.run}, threading.Event())
    print(time.process_time())


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main()
