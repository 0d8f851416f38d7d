"""Passwords: which ones are taken, how they are kept, and checking one without telling by the time whether there is any."""

import re
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from aerostic.words import N_

SHORTEST, LONGEST = 10, 1024
# What zxcvbn looks at: it takes longer than in proportion to the length, and whoever types so much is safe anyway.
JUDGED = 72
# The fewest guesses that a password has to withstand, as zxcvbn estimates them.
GUESSES = 10**8
LENGTH = N_("A password has 10 to 1024 characters.")
COMMON = N_(
    "This password is easy to guess: it is in common use, was in a data breach, or follows a pattern. Take four words"
    " that nobody would expect together."
)
OWN = N_("This password holds your name or your address, which are guessed first. Choose one without them.")
# argon2id, with the memory and passes of RFC 9106 for ordinary servers.
hasher = PasswordHasher()


class PasswordError(ValueError):
    """The password cannot be taken; says why, and what to do."""


def hashed(password: str, about: Iterable[str] = ()) -> str:
    """A new password as it is kept.

    The words that are guessed first come from zxcvbn's lists, the 30,000 most used passwords of published breaches among
    them; they are on this machine, and no part of a password leaves it.

    Args:
        about: what others know of the person: name, address.

    Raises:
        PasswordError: it is too short, too long, or easily guessed.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise PasswordError(LENGTH)
    found = zxcvbn(password[:JUDGED], user_inputs=_words(about))
    if found["guesses"] < GUESSES:
        own = any(part.get("dictionary_name") == "user_inputs" for part in found["sequence"])
        raise PasswordError(OWN if own else COMMON)
    return hasher.hash(password)


def matches(password_hash: str | None, password: str) -> bool:
    """Whether a password is the one that was kept. It takes the same time where nothing was kept (None)."""
    kept = _nobody() if password_hash is None else password_hash
    try:
        return hasher.verify(kept, password[:LONGEST]) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether it was made with less work than is asked for today."""
    return hasher.check_needs_rehash(password_hash)


def renewed(password: str) -> str:
    """The same password, kept as is asked for today."""
    return hasher.hash(password)


def _words(about: Iterable[str]) -> list[str]:
    """The texts, and the parts of them that are long enough to be found again."""
    return [word for text in about for word in (text, *text.split("@"), *re.split(r"[\W_]+", text)) if len(word) > 2]


@cache
def _nobody() -> str:
    return hasher.hash("nobody has this password")
