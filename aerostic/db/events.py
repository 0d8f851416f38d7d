"""Announcing what happened: an event is a row in the outbox, written in the transaction it tells of."""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.event import listens_for
from sqlalchemy.orm import Session

from aerostic.db.base import new_id, utcnow


@dataclass(frozen=True, slots=True)
class Event:
    """The envelope every event travels in, through the outbox and over the bus.

    Args:
        type: dotted name in past tense from the event catalogue, e.g. `message.accepted`.
        tenant_id: whose event it is; None for the platform's.
        key: events with the same key keep their order (a conversation, a campaign, an account).
        data: ids, amounts and codes. Never personal data, never secrets: events reach logs and detectors.
        id: made here; consumers drop an id they have seen.
        time: when it happened.
    """

    type: str
    tenant_id: UUID | None
    key: str
    data: dict[str, Any]
    id: UUID = field(default_factory=new_id)
    time: datetime = field(default_factory=utcnow)

    def envelope(self) -> dict[str, Any]:
        """The fields by name."""
        return {
            "id": self.id,
            "type": self.type,
            "tenant_id": self.tenant_id,
            "key": self.key,
            "time": self.time,
            "data": self.data,
        }

    def to_json(self) -> bytes:
        """The envelope as JSON, as it stands on the bus."""
        return orjson.dumps(self.envelope())

    @classmethod
    def from_json(cls, raw: bytes) -> "Event":
        """Read what `to_json` wrote."""
        value = orjson.loads(raw)
        tenant = value["tenant_id"]
        return cls(
            type=value["type"],
            tenant_id=UUID(tenant) if tenant else None,
            key=value["key"],
            data=value["data"],
            id=UUID(value["id"]),
            time=datetime.fromisoformat(value["time"]),
        )


# One JSON document instead of six arrays: the driver writes it in one piece, where it would escape arrays item by item.
INSERT = text(
    "INSERT INTO outbox (id, type, tenant_id, key, time, data)"
    " SELECT id, type, tenant_id, key, time, data FROM json_to_recordset(CAST(:rows AS json))"
    " AS r(id uuid, type text, tenant_id uuid, key text, time timestamptz, data jsonb)"
)


CHAIN, ANNOUNCED, LATER = "chain", "announced", "announced-later"
# Set when this process has announced something: what waits for events here need not wait for its next look.
announced = threading.Event()


@contextmanager
def caused_by(session: Session, chain: Sequence[str]) -> Iterator[None]:
    """Whatever the session announces meanwhile tells in its data, as `chain`, which automations led to it.

    Args:
        chain: ids of runs, the first one first. Its length bounds how far automations set each other off.
    """
    before = session.info.get(CHAIN, ())
    session.info[CHAIN] = chain
    try:
        yield
    finally:
        session.info[CHAIN] = before


def emit(session: Session, event: Event) -> None:
    """Announce one event with the session's transaction: if that rolls back, nothing is ever announced."""
    emit_rows(session, (event,))


def emit_rows(session: Session, events: Iterable[Event]) -> None:
    """Announce many events in one statement."""
    rows = [event.envelope() for event in events]
    if chain := session.info.get(CHAIN):
        for row in rows:
            row["data"] = {CHAIN: list(chain), **row["data"]}
    if (later := session.info.get(LATER)) is not None:
        later += rows
    else:
        _write(session, rows)


def _write(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        session.execute(INSERT, {"rows": orjson.dumps(rows).decode()})
        session.info[ANNOUNCED] = True


@contextmanager
def gathered(session: Session) -> Iterator[None]:
    """What the session announces within the block is written at its end, in one statement. No savepoint may be rolled back
    meanwhile: what was announced within it would be announced nevertheless.
    """
    rows: list[dict[str, Any]] = []
    session.info[LATER] = rows
    try:
        yield
    finally:
        del session.info[LATER]
    _write(session, rows)


@listens_for(Session, "after_commit")
def _told(session: Session) -> None:
    if not session.in_nested_transaction() and session.info.pop(ANNOUNCED, False):
        announced.set()
