"""Telling people by mail that something about how they sign in has changed: if it was not them, they learn it at once."""

from flask import g
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from aerostic.db import transaction
from aerostic.identity.models import User
from aerostic.identity.scope import SIGN_IN
from aerostic.tenancy.brands import Brand
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
    with transaction(SIGN_IN) as session:
        post(session, user, what, g.brand, language=user.locale or locale(), address=f"{site(g.place.host)}/profile")
    mailing.wake()


def post(session: Session, user: User, what: str, brand: Brand, *, language: str, address: str) -> None:
    """Put the mail into the outbox; once that is committed, call `mailing.wake`.

    Args:
        what: a sentence, marked for translation.
        brand: whose mail it is.
        language: the mail's.
        address: where the person sees to it.
    """
    with in_language(language):
        words = _(what)
    about = {"name": user.name, "what": words, "address": address}
    mailing.post(session, "sign_in_changed", brand, user.email or "", language=language, tenant_id=None, **about)
