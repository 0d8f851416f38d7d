"""Runs that are over at once: gone through in memory, and kept when they have ended, many in one statement.

Only for plans in which nothing that can be reached changes more than the run itself: nothing is lost where such a run is not
kept, and its caller, who is told nothing before it is, calls again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from aerostic.db import utcnow
from aerostic.flows.limits import Limits
from aerostic.flows.plan import Plan
from aerostic.flows.runs import journal
from aerostic.flows.runs.beginnings import Begin, Published, fresh
from aerostic.flows.runs.engines import engine
from aerostic.flows.runs.keeping import remains
from aerostic.flows.state import Done
from aerostic.security.envelope import Place, Sealed
from aerostic.security.vault import seal_json

OVER = ("ended", "failed", "stopped")
# In PostgreSQL's binary format: as text, each sealed byte would be sent as two letters.
INSERT = """
    INSERT INTO flow_run (tenant_id, flow_id, version_id, id, state, reason, going_sealed, journal_sealed, steps, started_at,
                          ended_at)
    SELECT %b::uuid, %b::uuid, %b::uuid, *
    FROM unnest(%b::uuid[], %b::text[], %b::text[], %b::bytea[], %b::bytea[], %b::int8[], %b::timestamptz[], %b::timestamptz[])
"""


class Row(NamedTuple):
    """A run that is over, as it is kept."""

    id: UUID
    state: str
    reason: str
    going: Sealed | None
    journal: Sealed
    steps: int
    started_at: datetime
    ended_at: datetime


class Passed(NamedTuple):
    """A run that is over, and its steps."""

    row: Row
    steps: list[Done]


class _Run(NamedTuple):
    id: UUID
    tenant_id: UUID
    started_at: datetime
    contact_id: None = None
    conversation_id: None = None


def go_through(version: Published, begins: Begin, plan: Plan, limits: Limits) -> Passed | None:
    """Take a run to its end, of a plan in which that changes nothing else; None where it would have to wait, and so to be begun
    in the database.
    """
    # What causes such a run causes nothing else.
    run = _Run(begins.cause, version.tenant_id, utcnow())
    state, seen = fresh(begins)
    report = engine(None, run, plan, state, seen, limits).advance()
    if report.ending not in OVER:
        return None
    left = remains(seen, report.steps[0]) if report.ending == "ended" else {"state": state.kept(), **seen}
    going = _sealed(run, "going", left) if left else None
    kept = _sealed(run, "journal", journal.written(report.steps))
    row = Row(
        run.id,
        state=report.ending,
        reason=report.reason[0],
        going=going,
        journal=kept,
        steps=len(report.steps),
        started_at=run.started_at,
        ended_at=utcnow(),
    )
    return Passed(row, report.steps)


def insert(connection: Connection, version: Published, rows: Sequence[Row]) -> None:
    """Keep runs of one version of a flow."""
    connection.exec_driver_sql(INSERT, (*version, *(list(column) for column in zip(*rows, strict=True))))


def _sealed(run: _Run, column: str, value: object) -> Sealed:
    return seal_json(Place("flow_run", column, run.tenant_id, run.id), value)
