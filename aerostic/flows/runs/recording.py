"""What a run has recorded, ready to answer in place of its nodes."""

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from aerostic.flows.contract import Fail, Go, Outcome, Stop, Wait
from aerostic.flows.models import FlowRun
from aerostic.flows.runs.ids import as_id
from aerostic.flows.runs.keeping import opened
from aerostic.flows.runs.values import contact_values, message_values
from aerostic.flows.state import Done

# Not said by a node: its expressions could not be worked out, or it was not come to.
UNSAID = frozenset({"expression"})


@dataclass(frozen=True, slots=True)
class Seen:
    """What the expressions of a run saw besides variables and steps.

    Args:
        trigger, message: as the run began.
        contact: as it is now: what it was then is not kept.
        begun: variables that it began with.
        heard: the messages that it went on with, by their ids.
    """

    trigger: Mapping[str, Any]
    message: Mapping[str, Any]
    contact: Mapping[str, Any]
    begun: Mapping[str, Any]
    heard: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(cls, session: Session, run: FlowRun, lines: Sequence[Done]) -> "Seen":
        """Of what was kept of a run, its journal, and the messages and the contact that are still there."""
        _state, kept = opened(run)
        trigger = kept.get("trigger") or (dict(lines[0].output) if lines else {})
        heard = {line.heard for line in lines if line.heard}
        first = str(trigger.get("message_id", ""))
        ids = [id_ for one in {*heard, first} if (id_ := as_id(one))]
        said = {str(id_): values for id_, values in message_values(session, run.tenant_id, ids).items()}
        contact = contact_values(session, run.tenant_id, run.contact_id) if run.contact_id else {}
        return cls(trigger, said.get(first) or kept.get("message") or {}, contact, kept.get("vars") or {}, said)

    def before(self, lines: Sequence[Done]) -> "Seen":
        """As it was once these lines were over: with the last message that the run went on with."""
        last = next((line.heard for line in reversed(lines) if line.heard), "")
        return replace(self, message=self.heard.get(last, {})) if last else self


class Recording:
    """The lines of a journal, each given once: by node and visit, in their order.

    Args:
        lines: the whole journal.
        since: `seq` of the first line that is given.
    """

    def __init__(self, lines: Sequence[Done], since: int = 1) -> None:
        self._left: defaultdict[tuple[str, int], deque[Done]] = defaultdict(deque)
        for line, visit in _visits(lines):
            if line.seq >= since and line.fate != "stopped" and line.error[0] not in UNSAID:
                self._left[line.node, visit].append(line)

    def ahead(self, node: str, visit: int) -> Done | None:
        """The next line of a visit; None where there is none left."""
        left = self._left.get((node, visit))
        return left[0] if left else None

    def take(self, node: str, visit: int) -> Done | None:
        """The same, which then counts as given."""
        left = self._left.get((node, visit))
        return left.popleft() if left else None


def outcome(line: Done) -> Outcome:
    """What the node came to by a line of its journal."""
    if line.fate == "waiting":
        return Wait(values=line.values)
    if line.fate in ("failed", "again"):
        return Fail(*line.error, again=line.fate == "again")
    return Go(line.port, line.output, line.values) if line.port else Stop(line.output)


def _visits(lines: Sequence[Done]) -> Iterator[tuple[Done, int]]:
    """Each line with the visit of its node that it belongs to: as the engine counts them, retries by a person included."""
    count: defaultdict[str, int] = defaultdict(int)
    within: set[str] = set()
    for line in lines:
        count[line.node] += line.node not in within
        yield line, count[line.node]
        if line.fate == "done" or line.port:
            within.discard(line.node)
        else:
            within.add(line.node)
