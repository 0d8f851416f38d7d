"""Words for what stands in histories as codes."""

from flask_babel import gettext as _

from aerostic.words import N_

FATES = {
    "waiting": N_("waiting"),
    "sent": N_("sent"),
    "delivered": N_("delivered"),
    "read": N_("read"),
    "failed": N_("failed"),
    "unknown": N_("not known"),
    "cancelled": N_("cancelled"),
}
SAID = {
    "stop_word": N_("wrote STOP"),
    "start_word": N_("wrote START"),
    "provider": N_("switched it on their phone"),
    "import": N_("import"),
    "person": N_("written down by hand"),
    "agent": N_("told an agent"),
    "api": N_("API"),
    "flow": N_("in a flow"),
}


def said_where(source: str) -> str:
    """Where somebody said it: a code in words, and words of the tenant's as they are."""
    code, _colon, words = source.partition(":")
    known = _(SAID[code]) if code in SAID else code
    return f"{known}: {words}" if words else known
