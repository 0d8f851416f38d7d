"""Where a run is, as it is kept with it between its steps."""

from collections.abc import Mapping
from typing import Any

from aerostic.flows.models import FlowRun
from aerostic.flows.state import Done, State


def keep(run: FlowRun, state: State, seen: Mapping[str, Any]) -> None:
    """Keep where a run is."""
    run.going = {"state": state.kept(), **seen}


def remains(seen: Mapping[str, Any], first: Done | None = None) -> dict[str, Any] | None:
    """What is kept of a run that is over: what it began with, for replays; not what stands in its journal or table anyway.

    Args:
        first: its first step, where that is at hand.
    """
    trigger = dict(seen.get("trigger") or {})
    kept = {"trigger": trigger if first is None or first.output != trigger else {}, "vars": seen.get("vars")}
    if not trigger.get("message_id"):
        kept["message"] = seen.get("message")
    return {name: value for name, value in kept.items() if value} or None


def opened(run: FlowRun) -> tuple[State, dict[str, Any]]:
    """Where a run is, and what it saw besides."""
    kept = dict(run.going or {})
    return State.of(kept.pop("state", {})), kept
