"""Telling people by mail that something about how they sign in has changed: if it was not them, they learn it at once."""

from flask import g
from flask_babel import gettext as _

from aerostic.db import transaction
from aerostic.identity.models import User
from aerostic.identity.scope import SIGN_IN
from aerostic.web.pages.language import in_language, locale
from aerostic.web.people import mailing
from aerostic.web.sites import site
from aerostic.words import N_

STEP_ON, STEP_OFF = N_("The second step was turned on."), N_("The second step was turned off.")
PASSKEY_ADDED, PASSKEY_REMOVED = N_("A passkey was added."), N_("A passkey was removed.")


def tell(user: User, what: str) -> None:
    """Write to a person.

    Args:
        what: one of the sentences above.
    """
    language = user.locale or locale()
    with in_language(language):
        words = _(what)
    with transaction(SIGN_IN) as session:
        mailing.post(
            session,
            "sign_in_changed",
            g.brand,
            user.email or "",
            language=language,
            tenant_id=None,
            name=user.name,
            what=words,
            address=f"{site(g.place.host)}/profile",
        )
    mailing.wake()
