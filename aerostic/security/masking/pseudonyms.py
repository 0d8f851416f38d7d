"""What stands in the place of a masked value.

The number space of phones is small, so a plain hash could be reversed by trying them all: pseudonyms are 32 bits of a
MAC (keyed BLAKE2, a third of HMAC's time for texts so short) under a secret key. Until `configure()` is called that key is
made for the process.
"""

import hashlib
import os
import re

SECRET = "<secret>"  # noqa: S105 - a label
PERSONAL = "<personal>"
TOKEN = re.compile(
    r"<(?:ph:[0-9a-f]{8}\.\.\d{0,4}|em:[0-9a-f]{8}|card\.\.\d{4}|iban:[A-Z]{2}\.\.\w{4}|wamid\.\.[\w+/=-]{0,12}"
    r"|key:[\w.-]{0,12}\.\.\w{0,4}|secret|personal|private key)>"
)
WAMID_TAIL = re.compile(r"[\w+/=-]{12}")
_key = os.urandom(32)


def configure(key: bytes) -> None:
    """Use `key` for pseudonyms from now on, so that they are the same in every process that has it.

    Raises:
        ValueError: the key is shorter than 16 bytes.
    """
    global _key
    if len(key) < 16:
        raise ValueError("The masking key needs at least 16 bytes.")
    _key = key


def _digest(kind: str, value: str) -> str:
    return hashlib.blake2b(f"{kind}:{value}".encode(errors="surrogatepass"), key=_key[:64], digest_size=4).hexdigest()


def phone(digits: str) -> str:
    """The pseudonym of a phone number, with its last four digits (two of a short one, none of a very short one).

    Args:
        digits: international form without plus where that is known, else as written.
    """
    tail = digits[-4:] if len(digits) >= 9 else digits[-2:] if len(digits) >= 7 else ""
    return f"<ph:{_digest('phone', digits)}..{tail}>"


def email(address: str) -> str:
    """The pseudonym of an e-mail address; case does not matter."""
    return f"<em:{_digest('email', address.lower())}>"


def key(prefix: str, value: str) -> str:
    """A key or token: the prefix that names its kind, and its last four characters where that gives little away."""
    tail = value[-4:] if len(value) >= 24 and value[-4:].isalnum() else ""
    return f"<key:{prefix}..{tail}>"


def wamid(body: str) -> str:
    """The tail of Meta's message id. A shorter body may still hold the customer's number near its end: nothing of it is kept."""
    tail = body[-12:] if len(body) >= 40 and WAMID_TAIL.fullmatch(body[-12:]) else ""
    return f"<wamid..{tail}>"
