"""The journal of a run as it is kept: a list a step, without what is as it mostly is."""

from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.flows.models import FlowRun, FlowStretch
from aerostic.flows.state import Done

FIELDS = ("seq", "node", "fate", "port", "input", "output", "error", "attempt", "at", "took", "values", "heard")
_fields = attrgetter(*FIELDS)
# No step has less: its number is at least 1.
LEAST = _fields(Done(0, "", "done"))


def add(session: Session, run: FlowRun, steps: Iterable[Done]) -> None:
    """Keep a stretch of steps; the one before it moves out of the run's own row."""
    lines = written(steps)
    if not lines:
        return
    if run.journal:
        stretch = FlowStretch(tenant_id=run.tenant_id, run_id=run.id, number=run.stretch)
        stretch.journal = run.journal
        session.add(stretch)
        run.stretch += 1
    run.journal, run.steps = lines, run.steps + len(lines)


def written(steps: Iterable[Done]) -> list[list[Any]]:
    """Steps as they are kept."""
    return [_line(step) for step in steps]


def read(session: Session, run: FlowRun) -> list[Done]:
    """All steps of a run, in order."""
    own = (FlowStretch.tenant_id == run.tenant_id, FlowStretch.run_id == run.id)
    stretches = session.scalars(select(FlowStretch).where(*own).order_by(FlowStretch.number))
    return [_step(line) for lines in [*(one.journal or [] for one in stretches), run.journal or []] for line in lines]


def read_many(session: Session, runs: Sequence[FlowRun]) -> Iterator[tuple[FlowRun, list[Done]]]:
    """Each of some runs of one tenant with all its steps, asking once for all of them."""
    ids = [run.id for run in runs]
    own = select(FlowStretch).where(FlowStretch.run_id.in_(ids)).order_by(FlowStretch.run_id, FlowStretch.number)
    before: dict[UUID, list[list[Any]]] = {}
    for stretch in session.scalars(own):
        before.setdefault(stretch.run_id, []).extend(stretch.journal or [])
    for run in runs:
        yield run, [_step(line) for line in [*before.get(run.id, ()), *(run.journal or [])]]


def _line(step: Done) -> list[Any]:
    line = list(_fields(step))
    while line[-1] == LEAST[len(line) - 1]:
        line.pop()
    return line


def _step(line: list[Any]) -> Done:
    found = dict(zip(FIELDS, line, strict=False))
    return Done(**{"node": "", "fate": "done", **found, "error": tuple(found.get("error", ("", "")))})
