"""The emulator's own append-only record: every accepted message and every webhook posted.

Kill tests compare the database with it, so it is written before any answer leaves.
"""

import contextlib
import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_TABLES = """
CREATE TABLE IF NOT EXISTS messages (wamid TEXT PRIMARY KEY, phone_number_id TEXT, recipient TEXT, type TEXT,
  template TEXT, callback_data TEXT, received REAL, outcome TEXT);
CREATE TABLE IF NOT EXISTS webhooks (kind TEXT, url TEXT, updates INTEGER, attempts INTEGER, answered INTEGER,
  created REAL);
"""


@dataclass(slots=True)
class Message:
    """An accepted message; `status` is the last status posted about it."""

    wamid: str
    phone_number_id: str
    to: str
    type: str
    template: str | None
    callback_data: str | None
    received: float
    category: str
    outcome: str
    wa_id: str
    user_id: str
    input: str
    status: str = "accepted"
    steps: list[tuple[float, str, int]] = field(default_factory=list)
    priced: int = 0
    pricing: dict[str, Any] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the message as the control API lists it."""
        return {
            "wamid": self.wamid,
            "phone_number_id": self.phone_number_id,
            "to": self.to,
            "type": self.type,
            "template": self.template,
            "biz_opaque_callback_data": self.callback_data,
            "received": self.received,
            "second": int(self.received),
            "category": self.category,
            "outcome": self.outcome,
            "status": self.status,
        }


@dataclass(slots=True)
class Webhook:
    """A webhook POST: what it carried, how often it was tried and the last answer (0 for none)."""

    kind: str
    url: str
    updates: int
    created: float
    attempts: int = 0
    answered: int = 0
    body: bytes | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the webhook as the control API lists it."""
        row = {name: getattr(self, name) for name in ("kind", "url", "updates", "created", "attempts", "answered")}
        return row | {"body": self.body.decode() if self.body else None}


class Record:
    """Messages and webhooks in memory, and in a SQLite file when one is named."""

    def __init__(self, path: Path | None = None) -> None:
        """Open the record; with `path`, `flush()` appends to that file."""
        self.messages: list[Message] = []
        self.webhooks: list[Webhook] = []
        self.statuses: Counter[str] = Counter()
        self.by_wamid: dict[str, Message] = {}
        self._flushed = 0
        self._settled: list[Webhook] = []
        self._file = _open(path) if path else None

    def add(self, message: Message) -> None:
        """Append an accepted message."""
        self.messages.append(message)
        self.by_wamid[message.wamid] = message

    def settle(self, webhook: Webhook) -> None:
        """Note that a webhook was answered or given up."""
        if self._file:
            self._settled.append(webhook)

    def clear(self) -> None:
        """Forget what is in memory; the file keeps it."""
        self.flush()
        self.messages.clear()
        self.webhooks.clear()
        self.statuses.clear()
        self.by_wamid.clear()
        self._flushed = 0

    def counts(self) -> dict[str, Any]:
        """Return totals, duplicates (a callback data accepted twice) and messages per number and clock second."""
        seconds: dict[str, Counter[int]] = {}
        data: Counter[str] = Counter()
        for message in self.messages:
            seconds.setdefault(message.phone_number_id, Counter())[int(message.received)] += 1
            if message.callback_data:
                data[message.callback_data] += 1
        return {
            "accepted": len(self.messages),
            "unique_recipients": len({message.to for message in self.messages}),
            "duplicates": sorted(key for key, times in data.items() if times > 1),
            "per_second": {number: dict(sorted(counted.items())) for number, counted in seconds.items()},
            "statuses": dict(self.statuses),
            "last_status": dict(Counter(message.status for message in self.messages)),
            "webhooks": len(self.webhooks),
            "webhooks_answered": sum(webhook.answered == 200 for webhook in self.webhooks),
        }

    def flush(self) -> None:
        """Append what is new to the file; a webhook once it is settled."""
        if not self._file:
            return
        fresh = self.messages[self._flushed :]
        self._flushed = len(self.messages)
        hooks, self._settled = self._settled, []
        with self._file:
            self._file.executemany("INSERT INTO messages VALUES (?,?,?,?,?,?,?,?)", _message_rows(fresh))
            self._file.executemany("INSERT INTO webhooks VALUES (?,?,?,?,?,?)", _webhook_rows(hooks))

    def close(self) -> None:
        """Write the rest and close the file."""
        self.flush()
        if self._file:
            self._file.close()
            self._file = None


def _open(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, check_same_thread=False)
    with contextlib.suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA journal_mode=WAL")
    connection.executescript(_TABLES)
    return connection


def _message_rows(messages: Iterable[Message]) -> Iterable[tuple[Any, ...]]:
    for m in messages:
        yield m.wamid, m.phone_number_id, m.to, m.type, m.template, m.callback_data, m.received, m.outcome


def _webhook_rows(webhooks: Iterable[Webhook]) -> Iterable[tuple[Any, ...]]:
    for w in webhooks:
        yield w.kind, w.url, w.updates, w.attempts, w.answered, w.created
