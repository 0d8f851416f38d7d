"""What flows and their runs are called on pages: states with their colours and icons, fates of steps, limits."""

from typing import NamedTuple

from aerostic.sdk import N_


class Look(NamedTuple):
    """How a state is shown. `text` is to be translated."""

    text: str
    color: str
    icon: str


FLOWS = {
    "draft": Look(N_("Draft"), "secondary", "pencil"),
    "published": Look(N_("Published"), "success", "circle-check"),
    "paused": Look(N_("Paused"), "warning", "player-pause"),
}
RUNS = {
    "ready": Look(N_("Ready to go on"), "info", "clock"),
    "waiting": Look(N_("Waiting"), "info", "hourglass"),
    "calling": Look(N_("In another flow"), "info", "git-branch"),
    "outside": Look(N_("At another system"), "info", "world"),
    "unknown": Look(N_("Not known"), "warning", "help-circle"),
    "ended": Look(N_("Ended"), "success", "circle-check"),
    "failed": Look(N_("Failed"), "danger", "alert-circle"),
    "stopped": Look(N_("Stopped by a limit"), "danger", "player-stop"),
    "cancelled": Look(N_("Cancelled"), "secondary", "ban"),
}
STEPS = {
    "done": Look(N_("Done"), "success", "circle-check"),
    "failed": Look(N_("Failed"), "danger", "alert-circle"),
    "again": Look(N_("Is tried again"), "warning", "repeat"),
    "waiting": Look(N_("Waits"), "info", "hourglass"),
    "unknown": Look(N_("Not known"), "warning", "help-circle"),
    "stopped": Look(N_("Stopped by a limit"), "danger", "player-stop"),
}
# What a run waits for, by the event's name.
AWAITED = {"reply": N_("an answer of the contact")}
# What the limits of a workspace are called, by the names of `Limits`.
LIMITS = {
    "steps": N_("Steps of a run"),
    "visits": N_("Visits of one node"),
    "depth": N_("Flows that call each other"),
    "chain": N_("Automations that set each other off"),
    "spend": N_("Spent by a run"),
    "contact_spend": N_("Spent on one contact in a day"),
    "tenant_spend": N_("Spent by all flows in a day"),
}
# Why a run has ended as it did, in a few words, by the code that the run keeps; a step's own words say more.
REASONS = {
    "steps": N_("too many steps"),
    "visits": N_("came to a node too often"),
    "depth": N_("flows call each other too deeply"),
    "chain": N_("automations set each other off too often"),
    "spend": N_("spent what it may"),
    "expression": N_("an expression cannot be worked out"),
    "broken": N_("an error in a node"),
    "unknown": N_("nobody knows whether a step was done"),
    "not_published": N_("a flow that is not published"),
    "cancelled": N_("given up"),
}
# What to do about it, where the step's own words do not say.
REMEDIES = {
    "steps": N_("Look for a circle that is gone around too often, or raise the limit of steps a run."),
    "visits": N_("Look for a circle that is gone around too often, or raise the limit of visits to a node."),
    "depth": N_("Look for flows that call each other, or raise the limit of depth."),
    "chain": N_("Look for flows whose messages or events start other flows, or raise the limit of the chain."),
    "spend": N_("Look what the run paid for, or raise what a run may spend."),
    "expression": N_("Open the draft, mend the expression, publish, and retry on the new version."),
    "unknown": N_("Look in the other system whether it was done, then say so below."),
}


def reason(code: str) -> str:
    """A code in words, to be translated; the code where there are none."""
    return REASONS.get(code.partition(":")[0], code)
