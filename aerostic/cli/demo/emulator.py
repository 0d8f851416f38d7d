"""The emulator's control API: how it is to behave, and what it has on its own record."""

import http.client
import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

TIMEOUT = 30
PAGE = 5_000


@dataclass(frozen=True, slots=True)
class Record:
    """What the emulator saw: the last status it posted of each message, by our id (`failed:<code>`), and counts of them."""

    accepted: int
    unique_recipients: int
    duplicates: int
    statuses: Counter[str]
    by_message: dict[str, str]


class Emulator:
    """A running emulator on a port of this machine."""

    def __init__(self, port: int) -> None:
        self._port = port

    def behave(self, **settings: Any) -> None:
        """Change its switches."""
        self._ask("PATCH", "config", settings)

    def idle(self) -> bool:
        """Whether no webhook is to come any more."""
        return bool(self._ask("GET", "idle?timeout=0")["idle"])

    def accepted(self) -> int:
        """How many messages it took."""
        return int(self._ask("GET", "health")["accepted"])

    def record(self) -> Record:
        """Everything it took, and what became of it."""
        counts = self._ask("GET", "record/counts")
        by_message: dict[str, str] = {}
        cursor: int | None = 0
        while cursor is not None:
            page = self._ask("GET", f"record/messages?cursor={cursor}&limit={PAGE}")
            for message in page["data"]:
                by_message[message["biz_opaque_callback_data"].partition(".")[0]] = message["status"]
            cursor = page["cursor"]
        return Record(
            accepted=counts["accepted"],
            unique_recipients=counts["unique_recipients"],
            duplicates=len(counts["duplicates"]),
            statuses=Counter(status.partition(":")[0] for status in by_message.values()),
            by_message=by_message,
        )

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT)
        try:
            connection.request(method, f"/_emulator/{path}", json.dumps(body) if body else None)
            answer = connection.getresponse()
            data = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status != 200:
            raise RuntimeError(f"the emulator refused {method} {path}: {data}")
        return data
