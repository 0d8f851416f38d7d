"""E-mail addresses: the plain form that real mailboxes have."""

import re

from aerostic.words import N_

_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{2,63}")
_LONGEST = 254


class EmailError(ValueError):
    """A text is no e-mail address. Carries no part of it."""


def clean_email(text: str) -> str:
    """The address, its domain in lower case.

    Raises:
        EmailError: it has not the form `name@domain.tld`.
    """
    address = text.strip().removeprefix("mailto:")
    if len(address) > _LONGEST or ".." in address or not _ADDRESS.fullmatch(address):
        raise EmailError(N_("Write the address as name@example.com."))
    name, _, domain = address.rpartition("@")
    return f"{name}@{domain.lower()}"
