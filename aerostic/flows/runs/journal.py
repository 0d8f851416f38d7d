"""The journal of a run as it is kept: a list a step, without what is as it mostly is."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.flows.models import FlowRun, FlowStretch
from aerostic.flows.state import Done

FIELDS = ("seq", "node", "fate", "port", "input", "output", "error", "attempt", "at", "took", "values", "heard")
LEAST = Done(0, "", "done")


def add(session: Session, run: FlowRun, steps: Iterable[Done]) -> None:
    """Keep a stretch of steps; the one before it moves out of the run's own row."""
    lines = [_line(step) for step in steps]
    if not lines:
        return
    if run.journal:
        stretch = FlowStretch(tenant_id=run.tenant_id, run_id=run.id, number=run.stretch)
        stretch.journal = run.journal
        session.add(stretch)
        run.stretch += 1
    run.journal, run.steps = lines, run.steps + len(lines)


def read(session: Session, run: FlowRun) -> list[Done]:
    """All steps of a run, in order."""
    own = (FlowStretch.tenant_id == run.tenant_id, FlowStretch.run_id == run.id)
    stretches = session.scalars(select(FlowStretch).where(*own).order_by(FlowStretch.number))
    return [_step(line) for lines in [*(one.journal or [] for one in stretches), run.journal or []] for line in lines]


def _line(step: Done) -> list[Any]:
    line = [getattr(step, name) for name in FIELDS]
    least = [getattr(LEAST, name) for name in FIELDS]
    while line and line[-1] == least[len(line) - 1]:
        line.pop()
    return line


def _step(line: list[Any]) -> Done:
    found = dict(zip(FIELDS, line, strict=False))
    return Done(**{"node": "", "fate": "done", **found, "error": tuple(found.get("error", ("", "")))})
