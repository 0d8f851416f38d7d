"""What a contact writes while a run of the conversation is at something else: kept with that run until it rests, then dealt
with in its order, as if it had come a moment later.
"""

from aerostic.db import Event
from aerostic.flows.models import FlowRun
from aerostic.flows.runs.keeping import keep, opened

LATER = "later"


def put_by(run: FlowRun, event: Event) -> None:
    """Keep an event with a run; it holds ids only."""
    state, seen = opened(run)
    keep(run, state, {**seen, LATER: [*seen.get(LATER, ()), event.to_json().decode()]})


def take(run: FlowRun) -> list[Event]:
    """What was put by, in its order; the run has it no more."""
    state, seen = opened(run)
    kept = seen.pop(LATER, [])
    if kept:
        keep(run, state, seen)
    return [Event.from_json(raw) for raw in kept]
