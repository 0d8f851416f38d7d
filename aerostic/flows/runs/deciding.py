"""What a person decides about a run: that it goes on from where it failed, or that it is given up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.flows.models import FlowRun
from aerostic.flows.runs.dead import Wanted

On = Literal["old", "new"]


class RefusedError(Exception):
    """It cannot be done; the text says why, and what to do.

    Args:
        code: `over` (it has ended, or was given up), `busy` (a process is at it right now), `undecided` (nobody knows whether
            its step was done: say `was_done`), `gone` (the version has no such node), `not_published`, `plugin` (one that it
            needs is off), `limit` (no retry can help).
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Many:
    """What came of retrying many: how many go on, and how many were refused, by the code of `RefusedError`."""

    done: int
    refused: Mapping[str, int]


def retry(
    session: Session,
    run_id: UUID,
    *,
    on: On = "old",
    was_done: bool | None = None,
    output: Mapping[str, Any] | None = None,
) -> FlowRun:
    """Let a failed, stopped or unknown run go on from the step where that happened. A worker takes it on at once.

    Args:
        on: the version that it began with, or the one that is published now.
        was_done: of a step of which nobody knows whether it changed another system (see `undecided`): True goes on behind it,
            False does it again with the same key.
        output: what the step is taken to have given, where it was done.

    Raises:
        LookupError: the scope has no such run.
        RefusedError: see there.
    """
    raise NotImplementedError


def retry_many(tenant_id: UUID, wanted: Wanted, *, on: On = "old", most: int = 500) -> Many:
    """Retry the dead letters of a filter, the oldest first, each in a transaction of its own. Undecided ones are left alone."""
    raise NotImplementedError


def undecided(session: Session, run: FlowRun) -> bool:
    """Whether a person has to say first whether the failed step was done: `retry` needs `was_done`."""
    raise NotImplementedError


def cancel(session: Session, run_id: UUID) -> FlowRun:
    """Give up a run that waits, or that failed; the flows that it has called too. A flow that called it learns that it failed.

    Raises:
        LookupError: the scope has no such run.
        RefusedError: `over` or `busy`.
    """
    raise NotImplementedError
