"""The masking function: its rules and their order (most certain first, so that a later one never cuts an earlier one's find)."""

import re

from aerostic.security.masking.accounts import mask_accounts
from aerostic.security.masking.addresses import ZERO_WIDTH, mask_addresses, mask_emails
from aerostic.security.masking.budget import Budget
from aerostic.security.masking.credentials import mask_credentials, mask_opaque
from aerostic.security.masking.encoded import mask_encoded
from aerostic.security.masking.numbers import mask_numbers
from aerostic.security.masking.pairs import mask_pairs
from aerostic.security.masking.prose import mask_prose

LIMIT = 16_384
HEAD = 6_144
CHECKS = 200
MANY_DIGITS = re.compile(r"\d\D{0,6}\d\D{0,6}\d\D{0,6}\d\D{0,6}\d\D{0,6}\d")
# Without width between visible ASCII, they only hide what stands there; emoji and scripts that need them have other neighbours.
HIDDEN = re.compile(rf"(?<=[!-~])[{ZERO_WIDTH}]{{1,64}}(?=[!-~])")


def mask(line: str) -> str:
    """Take personal data and secrets out of a finished text.

    UUIDs, times, amounts and values whose key says that they are ids stay readable. Masking what is masked changes nothing.

    Args:
        line: any text; of more than 16 kB (`LIMIT` characters) the first and last parts are shown, a traceback's end among them.
    """
    if len(line) <= LIMIT:
        return _mask(line)
    head, tail = line[:HEAD], line[HEAD - LIMIT :]
    # A value cut in two is not recognised any more: whole words only.
    head, tail = head.rpartition(" ")[0], tail.partition(" ")[2]
    left_out = len(line) - len(head) - len(tail)
    return f"{_mask(head)} [{left_out} characters left out] {_mask(tail)}"


def _mask(text: str) -> str:
    budget = Budget(CHECKS)
    if not text.isascii():
        text = HIDDEN.sub("", text)
    text = mask_credentials(text)
    if "=" in text or ":" in text or "," in text or "：" in text:
        text = mask_pairs(text, budget)
    text = _people(text, budget)
    text = mask_encoded(text, lambda decoded: _people(decoded, budget), budget)
    return mask_opaque(mask_addresses(text, budget))


def _people(text: str, budget: Budget) -> str:
    text = mask_prose(mask_emails(text), text.lower())
    if MANY_DIGITS.search(text):
        text = mask_accounts(text, budget)
        text = mask_numbers(text, budget)
    return text
