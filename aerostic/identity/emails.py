"""E-mail addresses of people who sign in."""

import re

from aerostic.security.vault import blind_index
from aerostic.words import N_

COLUMN = "user_account.email"
LONGEST = 254
FORM = re.compile(r"""[^\s@<>()\[\],;:\\"]{1,64}@[^\s@<>()\[\],;:\\".]+(\.[^\s@<>()\[\],;:\\".]+)+""")
WRONG = N_("An e-mail address looks like name@example.org.")


class EmailError(ValueError):
    """This is no e-mail address."""


def normal_email(email: str) -> str:
    """The form in which addresses are compared."""
    return email.strip().lower()


def checked_email(email: str) -> str:
    """The normal form of an address.

    Raises:
        EmailError: it is none.
    """
    email = normal_email(email)
    if len(email) > LONGEST or not email.isprintable() or not FORM.fullmatch(email):
        raise EmailError(WRONG)
    return email


def email_index(email: str) -> bytes:
    """The blind index by which a person is found."""
    return blind_index(None, COLUMN, normal_email(email))
