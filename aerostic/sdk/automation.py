"""What a plugin needs to draw, publish and watch flows: `from aerostic.sdk import automation`. Their steps: see `sdk.flows`."""

from aerostic.flows.allowances import AllowanceError, ceilings, limits_now, refusals, set_limits
from aerostic.flows.allowances import usual as usual_limits
from aerostic.flows.checking import check
from aerostic.flows.configs import problems as config_problems
from aerostic.flows.contract import Port, Problem
from aerostic.flows.describing import describe
from aerostic.flows.describing import ports as described_ports
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
from aerostic.flows.expressions import Preview, preview
from aerostic.flows.hooks import keeping
from aerostic.flows.hooks.keeping import good_until as old_secret_until
from aerostic.flows.hooks.keeping import of_flow as hooks_of
from aerostic.flows.hooks.keeping import reveal as reveal_secret
from aerostic.flows.hooks.keeping import rotate as rotate_secret
from aerostic.flows.hooks.models import FlowHook
from aerostic.flows.kinds import kinds_of
from aerostic.flows.limits import Limits
from aerostic.flows.models import DEAD, OPEN, STATES, Flow, FlowRun, FlowVersion
from aerostic.flows.needs import check_here
from aerostic.flows.plan import KindError, Kinds
from aerostic.flows.presence import Present, leave, stay, take_over
from aerostic.flows.publishers import publishers
from aerostic.flows.runs.comparing import Comparison, Pair, compare
from aerostic.flows.runs.dead import Wanted
from aerostic.flows.runs.deciding import RefusedError, cancel, retry, retry_many, undecided
from aerostic.flows.runs.journal import read as steps_of
from aerostic.flows.runs.journal import read_many as journals_of
from aerostic.flows.runs.pretending import Said
from aerostic.flows.runs.replaying import GoneError, Replayed, replay
from aerostic.flows.runs.showing import shown, shown_text
from aerostic.flows.runs.trials import Bubble, Trial, try_out
from aerostic.flows.runs.trying import NotPublishedError, start
from aerostic.flows.state import Done
from aerostic.flows.suggesting import Suggestion, examples, suggest
from aerostic.registry import runtime


def hook_address(hook: FlowHook) -> str:
    """What another system calls to start a flow at a webhook."""
    return keeping.address(runtime().settings.hooks_base, hook)


__all__ = [
    "DEAD",
    "LARGEST",
    "OPEN",
    "STATES",
    "AllowanceError",
    "Asked",
    "Bubble",
    "Comparison",
    "Document",
    "DocumentError",
    "Done",
    "Edge",
    "Flow",
    "FlowHook",
    "FlowRun",
    "FlowVersion",
    "GoingError",
    "GoneError",
    "KindError",
    "Kinds",
    "Limits",
    "Node",
    "NotPublishedError",
    "NotReadyError",
    "Pair",
    "Port",
    "Present",
    "Preview",
    "Problem",
    "RefusedError",
    "Replayed",
    "Said",
    "StaleError",
    "Suggestion",
    "Trial",
    "Wanted",
    "cancel",
    "ceilings",
    "check",
    "check_here",
    "compare",
    "config_problems",
    "create",
    "describe",
    "described_ports",
    "examples",
    "hook_address",
    "hooks_of",
    "journals_of",
    "kinds_of",
    "leave",
    "limits_now",
    "old_secret_until",
    "pause",
    "preview",
    "publish",
    "publishers",
    "refusals",
    "remove",
    "replay",
    "retry",
    "retry_many",
    "reveal_secret",
    "rotate_secret",
    "save",
    "set_limits",
    "shown",
    "shown_text",
    "start",
    "stay",
    "steps_of",
    "suggest",
    "take_over",
    "try_out",
    "undecided",
    "usual_limits",
    "versions",
]
