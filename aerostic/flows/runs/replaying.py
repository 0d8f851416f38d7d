"""Replaying a run: along the version it began with, another one, or a draft; without side effects and without cost."""

from dataclasses import dataclass
from uuid import UUID

from aerostic.flows.document import Document
from aerostic.flows.state import Done


class GoneError(LookupError):
    """The version has no such node as the one to begin with, or the run no such step."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came of it.

    Args:
        recorded: the steps of the run, as its journal has them, from the one that the replay began with.
        steps: those of the replay.
        assumed: the `seq` of steps of the replay that the run has not recorded: they were taken to do what their nodes pretend.
        ending: `ended`, `failed` or `stopped`.
        reason: code and words, of the last two.
    """

    recorded: list[Done]
    steps: list[Done]
    assumed: frozenset[int]
    ending: str
    reason: tuple[str, str] = ("", "")


def replay(
    tenant_id: UUID,
    run_id: UUID,
    *,
    version_id: UUID | None = None,
    document: Document | None = None,
    from_step: int = 1,
) -> Replayed:
    """Run a run again in memory. It reads in a read-only transaction of its own, and gives its nodes no session.

    Steps that change nothing are worked out anew; those that would, and waits, are answered as the run has recorded it. Time
    and trigger are as they were; the contact is as it is now.

    Args:
        version_id: another version of the flow; that of the run where neither this nor `document` is given.
        document: a draft.
        from_step: `seq` of the recorded step to begin with; what was before is as it was recorded.

    Raises:
        LookupError: the tenant has no such run, or no such version; `GoneError` among them.
        NotReadyError: the draft has problems that block.
        KindError: a plugin that is needed is off.
    """
    raise NotImplementedError
