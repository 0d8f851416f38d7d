"""Roles, in words."""

from flask_babel import gettext as _

from aerostic.words import N_

TITLES = {
    "owner": N_("Owner"),
    "admin": N_("Admin"),
    "marketer": N_("Marketer"),
    "agent": N_("Agent"),
    "viewer": N_("Viewer"),
}
TEXTS = {
    "owner": N_("Everything, and makes other owners."),
    "admin": N_("Runs the workspace: team, numbers, plugins, settings."),
    "marketer": N_("Contacts, templates, and what is sent to many people."),
    "agent": N_("Answers people in conversations."),
    "viewer": N_("Looks, and changes nothing."),
}


def role_titles() -> dict[str, str]:
    """What the roles are called, the mightiest first."""
    return {role: str(_(title)) for role, title in TITLES.items()}


def role_texts() -> dict[str, str]:
    """What they are for."""
    return {role: str(_(text)) for role, text in TEXTS.items()}
