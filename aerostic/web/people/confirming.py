"""Asking for the password once more, before something is changed that only its owner may change."""

from flask_babel import gettext as _
from flask_login import current_user
from pydantic import BaseModel

from aerostic.identity.people import confirm_password
from aerostic.web.pages.forms import Form
from aerostic.web.people.backoff import Limit, refuse
from aerostic.web.people.fields import Password

TRIES = Limit("password-change", 10)


class Confirmed(BaseModel):
    """The password of who is signed in."""

    current: Password


def confirm(form: Form[Confirmed]) -> bool:
    """Whether the form holds the right password; else it says so. Who tries too often waits."""
    if not form.valid:
        return False
    own = current_user.user.id
    if wait := TRIES.spend(str(own)):
        refuse(wait)
    if not confirm_password(own, form.value.current):
        form.fail("current", _("This is not your password. Check it, or have a new one sent to you."))
        return False
    TRIES.forget(str(own))
    return True
