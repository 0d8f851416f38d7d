"""What the provider says about numbers, in words for people and on colours."""

from datetime import timedelta

from aerostic.db import utcnow
from aerostic.messaging.numbers.overview import AccountView, Standing
from aerostic.messaging.numbers.webhooks import WebhookHealth
from aerostic.web.app.message_templates.words import Look
from aerostic.words import N_

QUIET = N_("Nothing came for two days. If you have sent messages since, connect the account again.")
SILENT = timedelta(days=2)
NEAR_LIMIT = 0.8
STATUSES = {
    "CONNECTED": Look(N_("Connected"), "success"),
    "PENDING": Look(
        N_("Being set up"), "info", N_("Finish its registration in WhatsApp Manager, then refresh it here.")
    ),
    "DISCONNECTED": Look(
        N_("Disconnected"), "danger", N_("The account does not have this number any more. Connect the account again.")
    ),
    "FLAGGED": Look(
        N_("Flagged"),
        "warning",
        N_("Too many people block or report this number. Send less, and to people who expect it."),
    ),
    "RESTRICTED": Look(
        N_("Restricted"),
        "danger",
        N_("WhatsApp lets this number start no conversations for now. See WhatsApp Manager."),
    ),
    "BANNED": Look(N_("Banned"), "danger", N_("WhatsApp has banned this number. Appeal in WhatsApp Manager.")),
}
QUALITIES = {
    "GREEN": Look(N_("High"), "success"),
    "YELLOW": Look(N_("Medium"), "warning", N_("Some recipients block or report what comes from this number.")),
    "RED": Look(
        N_("Low"), "danger", N_("Many recipients block or report what comes from this number. Pause campaigns.")
    ),
    "UNKNOWN": Look(N_("Not rated yet"), "secondary"),
}
REASONS = {
    "not_json": N_("not readable"),
    "unrecognised": N_("of a kind not known here"),
    "unknown_message": N_("about messages not known here"),
    "unknown_number": N_("for a number not known here"),
    "processing_failed": N_("could not be dealt with"),
    "channel_off": N_("came while the channel was off"),
}


def status(value: str) -> Look:
    """A number's status."""
    return STATUSES.get(value) or Look(value.replace("_", " ").capitalize(), "secondary")


def quality(value: str) -> Look:
    """A number's quality."""
    return QUALITIES.get(value, QUALITIES["UNKNOWN"])


def sending(account: AccountView, standing: Standing) -> Look:
    """Whether a number sends now."""
    if account.account.status != "active":
        return Look(N_("Blocked"), "danger")
    if standing.lane.stopped:
        return Look(N_("Stopped"), "danger")
    if standing.number.status != "CONNECTED":
        return Look(N_("Cannot send"), "warning")
    return Look(N_("Sending"), "primary") if standing.lane.waiting else Look(N_("Ready"), "success")


def webhooks(health: WebhookHealth) -> Look:
    """Whether webhooks arrive and can be used."""
    if health.last is None:
        return Look(N_("Nothing came yet"), "warning", N_("The first one comes with the first message: send a test."))
    if health.total:
        return Look(N_("Some could not be used"), "warning")
    if utcnow() - health.last > SILENT:
        return Look(
            N_("Quiet"),
            "secondary",
            QUIET,
        )
    return Look(N_("Arriving"), "success")
