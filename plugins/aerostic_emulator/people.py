"""Customers: their numbers as WhatsApp writes them, their business-scoped ids and names.

Sources: messages/send-messages (formats), business-scoped-user-ids.
"""

import hashlib
import re
from dataclasses import dataclass

SEPARATORS = str.maketrans("", "", "+ -()")
_BSUID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")
_NATIONAL_DIGITS = 10
NAMELESS = "Emulated customer"
_COUNTRIES = {
    "1": "US", "20": "EG", "27": "ZA", "31": "NL", "33": "FR", "34": "ES", "39": "IT", "44": "GB", "49": "DE",
    "51": "PE", "52": "MX", "54": "AR", "55": "BR", "56": "CL", "57": "CO", "60": "MY", "62": "ID", "7": "RU",
    "90": "TR", "91": "IN", "92": "PK", "234": "NG", "966": "SA", "971": "AE", "972": "IL",
}  # fmt: skip
_NOT_US = (
    "204 226 236 249 250 263 289 306 343 354 365 367 368 382 403 416 418 428 431 437 438 450 468 474 506 514 519 548 "
    "579 581 584 587 604 613 639 647 672 683 705 709 742 753 778 780 782 807 819 825 867 873 879 902 905 "
    "242 246 264 268 284 345 441 473 649 658 664 721 758 767 784 787 809 829 849 868 869 876 939"
)


@dataclass(slots=True)
class Customer:
    """A person who wrote to the business; `phone` is "" when only the business-scoped id is known."""

    phone: str
    user_id: str
    name: str = NAMELESS
    username: str = ""
    hide_phone: bool = False


def is_bsuid(text: str) -> bool:
    """Return whether a text has the form of a business-scoped user id."""
    return bool(_BSUID.fullmatch(text))


def digits_of(text: str, country_code: str) -> str | None:
    """Return a recipient's digits with country code, or None when it is no phone number.

    Without `+`, a number of national length gets the sender's country code, as the documentation says; longer ones
    are taken as international, since every client sends a `wa_id` back without its plus.
    """
    digits = text.translate(SEPARATORS)
    if not digits.isdecimal() or not 7 <= len(digits) <= 15:
        return None
    if not text.startswith("+") and len(digits) <= _NATIONAL_DIGITS:
        return country_code + digits
    return digits


def wa_id_of(digits: str) -> str:
    """Return the WhatsApp id of a number: Brazil loses its ninth digit, Mexico gains a 1."""
    if digits.startswith("55") and len(digits) == 13 and digits[4] == "9" and digits[2:4] >= "31":
        return digits[:4] + digits[5:]
    if digits.startswith("52") and len(digits) == 12:
        return "521" + digits[2:]
    return digits


def is_us(digits: str) -> bool:
    """Return whether a number has a United States area code (marketing templates do not reach those)."""
    return len(digits) == 11 and digits[0] == "1" and digits[1:4] not in _NOT_US


def user_id_of(business_id: str, wa_id: str) -> str:
    """Return the business-scoped id of a number: the same for every number of one portfolio."""
    country = next((_COUNTRIES[wa_id[:n]] for n in (3, 2, 1) if wa_id[:n] in _COUNTRIES), "ZZ")
    digest = hashlib.blake2b(f"{business_id}:{wa_id}".encode(), digest_size=8).digest()
    return f"{country}.{int.from_bytes(digest, 'big'):020d}"
