"""A process that takes flows on: relay, what flows hear, and both loops, as the stream process runs them.

What takes a process long to begin is done once: each line of standard input makes a copy of it begin to work, whose id is said.
"""

import os
import signal
import sys
from contextlib import suppress

from aerostic.cli.processes import application
from aerostic.cli.streaming import loops
from aerostic.db import db
from aerostic.flows.handling import handlers
from aerostic.flows.runs.waking import wake_due
from aerostic.registry.runtime import KEY
from aerostic.sdk import http
from aerostic.streams import process

PARTS = ("flows", "flows-outside")


def main() -> None:
    """Copies, until the input ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    app = application(serves=False)
    heard = handlers(app.extensions[KEY].registry)
    parts = {name: loop for name, loop in loops(app).items() if name in PARTS}
    with app.app_context():
        wake_due()
        with suppress(http.OutboundError):
            http.fetch("https://127.0.0.1:1")
        db.engine.dispose()
    app.extensions[KEY].redis.connection_pool.disconnect()
    print("ready", flush=True)
    for _ in sys.stdin:
        pid = os.fork()
        if not pid:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            process.run(app, heard, parts)
            os._exit(0)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
