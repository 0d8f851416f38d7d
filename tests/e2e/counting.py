"""Another system, which counts what it is asked to do, and by which key."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any

SLOWEST = 0.12  # seconds, before and after something is done
TOO_BUSY = 0.15


class Counting:
    """What was done so far.

    Args:
        seed: of how long it takes, and of when it is too busy to take anything.
    """

    def __init__(self, seed: int) -> None:
        self._chance = Random(seed)
        self._lock = threading.Lock()
        self.done: Counter[tuple[str, str]] = Counter()
        self.refused = 0
        self.address = ""

    def times(self, method: str) -> Counter[str]:
        """How often something was done, by its key."""
        with self._lock:
            return Counter({key: count for (how, key), count in self.done.items() if how == method})

    def ask(self, method: str, key: str) -> int:
        """Do it, or be too busy. Returns the status."""
        with self._lock:
            before, after = self._chance.random() * SLOWEST, self._chance.random() * SLOWEST
            busy = self._chance.random() < TOO_BUSY
            self.refused += busy
        if busy:
            return 503
        time.sleep(before)
        with self._lock:
            self.done[method, key] += 1
        time.sleep(after)
        return 200


@contextmanager
def counting(seed: int) -> Iterator[Counting]:
    """Run one on this machine."""
    found = Counting(seed)

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status = found.ask(self.command, self.headers["Idempotency-Key"])
            try:
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()
            except OSError:
                return  # whoever asked is dead

        do_GET = do_POST = _answer  # noqa: N815 - the names that the library looks for

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    found.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
