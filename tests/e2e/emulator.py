"""The emulator as a process beside the house, and what it has on its own record."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.processes import running

PAGE = 5_000
BEHAVIOUR: dict[str, Any] = {
    "magic": False,
    "throughput_limit": False,
    "pair_limit": False,
    "messaging_limit": False,
    "us_marketing_blocked": False,
    "latency_ms": [20, 120],
    # What is never answered ends with the connection after this time.
    "hold_s": 2.0,
    "late_s": 2.0,
    "duplicates": 0.1,
    "reordering": 0.1,
    "duplicate_posts": 0.1,
    "post_delay_ms": [0, 300],
    "webhook_timeout_s": 3.0,
    "retry_s": [0.2, 0.5, *[1.0] * 60],
}


class Emulator:
    """The control API of a running emulator."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """One call; a refusal raises."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_emulator/{path}", data, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())

    def behave(self, **switches: Any) -> None:
        """Set all switches: those given, the usual ones for the rest."""
        self.ask("PATCH", "config", BEHAVIOUR | switches)

    def fault(self, kind: str, **values: Any) -> None:
        """Add a fault."""
        self.ask("POST", "faults", {"kind": kind, **values})

    def calm(self) -> None:
        """End all faults."""
        self.ask("DELETE", "faults")

    def idle(self) -> bool:
        """Whether no webhook is to come any more."""
        return bool(self.ask("GET", "idle?timeout=0")["idle"])

    def messages(self, phone_id: str) -> list[dict[str, Any]]:
        """What it has accepted from a number."""
        found: list[dict[str, Any]] = []
        cursor: int | None = 0
        while cursor is not None:
            page = self.ask("GET", f"record/messages?cursor={cursor}&limit={PAGE}")
            found += [message for message in page["data"] if message["phone_number_id"] == phone_id]
            cursor = page["cursor"]
        return found

    def accepted(self) -> int:
        """How many messages it has accepted in all."""
        return int(self.ask("GET", "health")["accepted"])


@contextmanager
def emulator(folder: Path) -> Iterator[Emulator]:
    """Run one."""
    with running("--port", "0", log=folder / "emulator.log", program="-m aerostic_emulator") as process:
        process.says("ready http", 30)
        url = process.text.split("ready ", 1)[1].split("\n", 1)[0].strip()
        found = Emulator(url)
        found.behave()
        yield found
