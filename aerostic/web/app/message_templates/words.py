"""What the provider calls things, in words for people and on colours."""

from typing import NamedTuple

from aerostic.words import N_


class Look(NamedTuple):
    """How a state is shown. `text` is to be translated."""

    text: str
    color: str
    help: str = ""


STATUSES = {
    "APPROVED": Look(N_("Approved"), "success"),
    "PENDING": Look(N_("In review"), "info", N_("WhatsApp is reviewing it: this takes minutes, at most a day.")),
    "REJECTED": Look(
        N_("Rejected"), "danger", N_("WhatsApp did not approve it. Change it in WhatsApp Manager and hand it in again.")
    ),
    "PAUSED": Look(
        N_("Paused"),
        "warning",
        N_(
            "WhatsApp has paused it, since recipients did not like it. It comes back after some hours, or once it is edited."
        ),
    ),
    "DISABLED": Look(N_("Disabled"), "danger", N_("WhatsApp has disabled it for good: use another one.")),
    "IN_APPEAL": Look(N_("In appeal"), "info", N_("WhatsApp is looking at it once more.")),
    "PENDING_DELETION": Look(N_("Being deleted"), "secondary"),
    "DELETED": Look(N_("Deleted"), "secondary", N_("It does not exist at WhatsApp any more.")),
    "LIMIT_EXCEEDED": Look(N_("Over the limit"), "danger", N_("The account has as many templates as it may have.")),
    "ARCHIVED": Look(N_("Archived"), "secondary"),
}
CATEGORIES = {
    "MARKETING": N_("Marketing"),
    "UTILITY": N_("Utility"),
    "AUTHENTICATION": N_("Authentication"),
}
QUALITIES = {
    "GREEN": Look(N_("High"), "success"),
    "YELLOW": Look(N_("Medium"), "warning"),
    "RED": Look(N_("Low"), "danger"),
    "UNKNOWN": Look(N_("Not rated yet"), "secondary"),
}
WHAT = {"status": N_("Status"), "category": N_("Category"), "quality": N_("Quality")}


def status(value: str) -> Look:
    """A template's status."""
    return STATUSES.get(value) or Look(value.replace("_", " ").capitalize(), "secondary")


def quality(value: str) -> Look:
    """A template's, or a number's, quality."""
    return QUALITIES.get(value, QUALITIES["UNKNOWN"])


def category(value: str) -> str:
    """A template's category."""
    return CATEGORIES.get(value) or value.capitalize()


def changed(what: str, value: str) -> str:
    """A value in a template's history."""
    words = {"status": lambda: status(value).text, "quality": lambda: quality(value).text}
    return words.get(what, lambda: category(value))()
