"""Steps of runs as the island draws and lists them."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from aerostic.sdk.automation import Done, FlowRun

from .. import durations, words
from .board import translate

Json = dict[str, Any]


def told(steps: Iterable[Done]) -> list[Json]:
    """Each step: where it went, what it was given and gave, how long it took, and why it failed."""
    return [
        {
            "seq": step.seq,
            "node": step.node,
            "fate": step.fate,
            "port": step.port,
            "attempt": step.attempt,
            "said": _(words.STEPS[step.fate].text),
            "at": durations.length(step.at * 1000),
            "took": durations.length(step.took),
            "input": step.input,
            "output": step.output,
            "error": translate(step.error[1]) or step.error[0],
            "remedy": translate(words.REMEDIES.get(step.error[0], "")),
        }
        for step in steps
    ]


def standing(run: FlowRun) -> Json:
    """How far a run is."""
    look = words.RUNS[run.state]
    return {
        "id": str(run.id),
        "state": run.state,
        "said": _(look.text),
        "color": look.color,
        "icon": look.icon,
        "reason": translate(words.REASONS.get(run.reason.partition(":")[0], "")),
        "over": run.ended_at is not None,
    }
