"""How a phone and an address are shown to who may not, or does not need to, see them whole."""

import phonenumbers

DOTS = "•••"
SHORT = 9


def short_phone(e164: str) -> str:
    """The country code and the last four digits (two of a short number), as in the log: "+49 ••• 6789"."""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return DOTS
    core = phonenumbers.national_significant_number(number)
    return f"+{number.country_code} {DOTS} {core[-4:] if len(core) >= SHORT else core[-2:]}"


def short_email(address: str) -> str:
    """The first letter and the domain: "a•••@example.com"."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}{DOTS}@{domain}"
