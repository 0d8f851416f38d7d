"""The whole platform for the length of a block: for the demo, for benchmarks, for tests of everything together."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aerostic.cli.running import running_environment
from aerostic.cli.services.children import Command, start, stop
from aerostic.settings import Settings

START_SECONDS = 300.0


class PlatformError(Exception):
    """The platform did not start; the message names the log that says why."""


@contextmanager
def platform(settings: Settings, log: Path) -> Iterator[dict[str, str]]:
    """Use the `aerostic up` that runs on the settings' folder, or start one and end it with the block.

    Args:
        settings: whose `var` and `port` it has.
        log: takes its lines, when it is started here.

    Returns:
        The environment of its processes: addresses of servers, and keys.

    Raises:
        PlatformError: it ended, or was not ready in time.
    """
    found = running_environment(settings.var)
    if found:
        yield found
        return
    here = {"AEROSTIC_VAR": str(settings.var.resolve()), "AEROSTIC_PORT": str(settings.port)}
    command = Command("up", (sys.executable, "-m", "aerostic.cli", "up"), here, stop_seconds=90)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        child = start(command, output)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not (found := running_environment(settings.var)):
            if child.poll() is not None or time.monotonic() > deadline:
                raise PlatformError(f"The platform did not start: {log} says why.")
            time.sleep(0.1)
        yield found
    finally:
        stop(child, command)
