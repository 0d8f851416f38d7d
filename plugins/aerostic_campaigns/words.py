"""What campaigns are called on pages: states with their colours and icons."""

from typing import NamedTuple

from aerostic.sdk import N_


class Look(NamedTuple):
    """How a state is shown. `text` is to be translated."""

    text: str
    color: str
    icon: str


STATES = {
    "draft": Look(N_("Draft"), "secondary", "pencil"),
    "scheduled": Look(N_("Scheduled"), "info", "calendar-time"),
    "launching": Look(N_("Being prepared"), "info", "hourglass"),
    "running": Look(N_("Sending"), "primary", "send"),
    "paused": Look(N_("Paused"), "warning", "player-pause"),
    "finished": Look(N_("Finished"), "success", "circle-check"),
    "cancelled": Look(N_("Cancelled"), "secondary", "ban"),
    "stopped": Look(N_("Stopped"), "danger", "alert-circle"),
}
OUTCOMES = {
    "waiting": Look(N_("Waiting"), "secondary", "clock"),
    "sent": Look(N_("Sent"), "info", "check"),
    "delivered": Look(N_("Delivered"), "primary", "checks"),
    "read": Look(N_("Read"), "success", "eye"),
    "failed": Look(N_("Failed"), "danger", "alert-circle"),
    "unknown": Look(N_("Not known"), "warning", "help-circle"),
    "cancelled": Look(N_("Cancelled"), "secondary", "ban"),
}
VERDICTS = {
    "unreachable": N_("No phone"),
    "invalid_phone": N_("Phone not valid"),
    "suppressed": N_("On the suppression list"),
    "opted_out": N_("Opted out"),
    "no_consent": N_("No consent recorded"),
    "blocked_market": N_("Country without marketing"),
    "duplicate": N_("Twice in the audience"),
    "missing_variable": N_("A value is missing"),
    "invalid_variable": N_("A value does not fit"),
    "limit": N_("Beyond the limit of a day"),
    "no_price": N_("No price"),
    "template_not_approved": N_("Template not approved"),
    "changed": N_("Changed meanwhile"),
    "cancelled": N_("Cancelled before"),
}
CHARGES = {
    "held": N_("held"),
    "captured": N_("paid"),
    "refunded": N_("refunded"),
    "released": N_("given back"),
}
