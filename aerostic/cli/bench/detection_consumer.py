"""A consumer of the detection benchmark, a process of its own: `detect` does everything, `read` only reads and acknowledges.

At its end it prints what it took, as JSON.
"""

import json
import resource
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial
from typing import Any

from aerostic.cli.processes import application
from aerostic.detection.running.process import assemble
from aerostic.detection.running.pulse import GROUP
from aerostic.detection.running.watching import LIMIT, TICK_SECONDS, Watch
from aerostic.registry.runtime import KEY
from aerostic.streams.observed import open_observations
from aerostic.streams.process import run_loops
from aerostic.streams.transports import open_bus


class Clock:
    """CPU seconds of a thread that functions took, and how many events there were."""

    def __init__(self) -> None:
        self.seconds, self.events = 0.0, 0

    def timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed."""

        def call(*args: Any, **named: Any) -> Any:
            begun = time.thread_time()
            try:
                return function(*args, **named)
            finally:
                self.seconds += time.thread_time() - begun

        return call


def main(what: str) -> None:
    """Consume until told to end."""
    app = application(serves=False)
    runtime = app.extensions[KEY]
    buses = [make(runtime.settings, runtime.redis) for make in (open_observations, open_bus)]
    join = [partial(bus.consumer, GROUP, name="bench") for bus in buses]
    clock = Clock()
    loops: dict[str, Callable[[threading.Event], None]]
    if what == "detect":
        parts = assemble(app)
        judge = clock.timed(parts.engine.judge)

        def counted(events: Any, now: float) -> Any:
            clock.events += len(events)
            return judge(events, now)

        vars(parts.engine)["judge"] = counted
        vars(parts.windows)["flush"] = clock.timed(parts.windows.flush)
        loops = {"detect": Watch(parts, join).run, "rows": parts.keeper.run}
    else:
        loops = {"read": partial(_read, join, clock)}
    threading.Thread(target=_say_ready, args=(buses,), daemon=True).start()
    before = time.process_time()
    run_loops(app, loops, threading.Event())
    figures = {
        "events": clock.events,
        "cpu": time.process_time() - before,
        "judging": clock.seconds,
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }
    print(json.dumps(figures))


def _read(join: Sequence[Callable[[], Any]], clock: Clock, stop: threading.Event) -> None:
    with closing(join[0]()) as first, closing(join[1]()) as other:
        while not stop.is_set():
            begun = time.monotonic()
            events = first.poll(LIMIT, TICK_SECONDS) + other.poll(LIMIT, 0.0)
            clock.events += len(events)
            first.commit()
            other.commit()
            if len(events) < LIMIT:
                stop.wait(max(TICK_SECONDS - (time.monotonic() - begun), 0.0))


def _say_ready(buses: list[Any]) -> None:
    """The groups are there: what is published from now on is theirs."""
    for bus in buses:
        bus.create_group(GROUP)
    time.sleep(2.0)
    print("ready", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
