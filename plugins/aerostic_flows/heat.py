"""Where the runs of a version went: how many came to each node, went each way, and got no further."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.sdk import first_id
from aerostic.sdk.automation import OPEN, FlowRun, journals_of

# Journals are encrypted, so each has to be opened to be counted: the newest ones stand for all.
MOST_RUNS = 1_000


@dataclass(slots=True)
class Heat:
    """Counts of runs.

    Args:
        runs: how many were counted.
        more: whether there are more than these.
        nodes: by node, the runs that came to it.
        ways: by node and port, the runs that went this way.
        left: by node, the runs that are over and ended, failed or were stopped there.
        waiting: by node, the runs that are there now.
    """

    runs: int = 0
    more: bool = False
    nodes: Counter[str] = field(default_factory=Counter)
    ways: Counter[tuple[str, str]] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    waiting: Counter[str] = field(default_factory=Counter)


def heat_of(session: Session, version_id: UUID, since: datetime, until: datetime) -> Heat:
    """Count the runs of a version that began in a time."""
    own = (FlowRun.version_id == version_id, FlowRun.id >= first_id(since), FlowRun.id < first_id(until))
    newest = select(FlowRun).where(*own).order_by(FlowRun.id.desc()).limit(MOST_RUNS + 1)
    runs = session.scalars(newest).all()
    found = Heat(runs=min(len(runs), MOST_RUNS), more=len(runs) > MOST_RUNS)
    for run, lines in journals_of(session, runs[:MOST_RUNS]):
        found.nodes.update({line.node for line in lines})
        found.ways.update({(line.node, line.port) for line in lines if line.port})
        if lines:
            (found.waiting if run.state in OPEN else found.left)[lines[-1].node] += 1
    return found
