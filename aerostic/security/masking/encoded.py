"""Personal data in Base64: what decodes to readable text with an address or a number in it."""

import base64
import binascii
import re
from collections.abc import Callable

from aerostic.security.masking import pseudonyms
from aerostic.security.masking.budget import Budget

WORD = re.compile(r"[A-Za-z0-9+/_-](?<![\w+/%-].)[A-Za-z0-9+/_-]{11,4096}+={0,2}")
TELLS = re.compile(r"@|\d{7}")
STANDARD = str.maketrans("-_", "+/")


def mask_encoded(text: str, mask: Callable[[str], str], budget: Budget) -> str:
    """Replace words that hold, decoded, what `mask` would replace."""
    return WORD.sub(lambda match: pseudonyms.PERSONAL if _tells(match[0], mask, budget) else match[0], text)


def _tells(word: str, mask: Callable[[str], str], budget: Budget) -> bool:
    if word.islower() or word.isupper() or word.isdigit() or not budget.spend():
        return False
    body = word.rstrip("=").translate(STANDARD)
    try:
        decoded = base64.b64decode(body[: len(body) - (len(body) % 4 == 1)] + "==").decode()
    except (binascii.Error, ValueError):
        return False
    return decoded.isprintable() and bool(TELLS.search(decoded)) and mask(decoded) != decoded
