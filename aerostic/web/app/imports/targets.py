"""What a column of a file can be read as, in words."""

from flask_babel import gettext as _

from aerostic.messaging.imports.layout import Column
from aerostic.messaging.imports.options import FIELD
from aerostic.words import N_

TARGETS = {
    "phone": N_("Phone"),
    "name": N_("Name"),
    "first_name": N_("First name"),
    "last_name": N_("Last name"),
    "email": N_("E-mail"),
    "locale": N_("Language"),
    "tags": N_("Tags"),
    "consent": N_("Agreed to marketing (yes or no)"),
    "consent_at": N_("When they agreed"),
    "consent_source": N_("Where they agreed"),
    "ignore": N_("Leave out"),
}


def choices(column: Column, guess: str, fields: list[str]) -> list[tuple[str, str]]:
    """What this column can be read as.

    Args:
        guess: what its header sounds like: offered as a custom field where it is one.
        fields: the custom fields that contacts have already.
    """
    own = [target.removeprefix(FIELD) for target in (column.target, guess) if target.startswith(FIELD)]
    names = dict.fromkeys([*own, *fields])
    return [
        *((target, _(words)) for target, words in TARGETS.items()),
        *((f"{FIELD}{name}", _("Custom field: %(name)s", name=name)) for name in names),
    ]


def in_words(target: str) -> str:
    """One of the choices."""
    return _(TARGETS[target]) if target in TARGETS else target.removeprefix(FIELD)
