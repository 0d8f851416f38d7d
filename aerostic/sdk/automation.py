"""What a plugin needs to draw, publish and watch flows: `from aerostic.sdk import automation`. Their steps: see `sdk.flows`."""

from aerostic.flows.checking import check
from aerostic.flows.contract import Port, Problem
from aerostic.flows.document import LARGEST, Asked, Document, DocumentError, Edge, Node
from aerostic.flows.drafts import (
    GoingError,
    NotReadyError,
    StaleError,
    create,
    pause,
    publish,
    remove,
    save,
    versions,
)
from aerostic.flows.kinds import kinds_of
from aerostic.flows.models import DEAD, OPEN, STATES, Flow, FlowRun, FlowVersion
from aerostic.flows.plan import KindError, Kinds
from aerostic.flows.runs.comparing import Comparison, Pair, compare
from aerostic.flows.runs.dead import Wanted
from aerostic.flows.runs.deciding import RefusedError, cancel, retry, retry_many, undecided
from aerostic.flows.runs.journal import read as steps_of
from aerostic.flows.runs.replaying import GoneError, Replayed, replay
from aerostic.flows.runs.showing import shown
from aerostic.flows.runs.trying import NotPublishedError, start
from aerostic.flows.state import Done

__all__ = [
    "DEAD",
    "LARGEST",
    "OPEN",
    "STATES",
    "Asked",
    "Comparison",
    "Document",
    "DocumentError",
    "Done",
    "Edge",
    "Flow",
    "FlowRun",
    "FlowVersion",
    "GoingError",
    "GoneError",
    "KindError",
    "Kinds",
    "Node",
    "NotPublishedError",
    "NotReadyError",
    "Pair",
    "Port",
    "Problem",
    "RefusedError",
    "Replayed",
    "StaleError",
    "Wanted",
    "cancel",
    "check",
    "compare",
    "create",
    "kinds_of",
    "pause",
    "publish",
    "remove",
    "replay",
    "retry",
    "retry_many",
    "save",
    "shown",
    "start",
    "steps_of",
    "undecided",
    "versions",
]
