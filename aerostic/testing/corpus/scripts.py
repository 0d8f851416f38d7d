"""Other ways to write the same: other scripts, wide letters, characters without width, other gaps."""

from random import Random

NATIVE = ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯", "๐๑๒๓๔๕๖๗๘๙", "௦௧௨௩௪௫௬௭௮௯")
WIDTHLESS = ("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad")


def foreign(text: str, rng: Random) -> str:
    """Digits of another script."""
    return text.translate(dict(zip(map(ord, "0123456789"), rng.choice(NATIVE), strict=True)))


def wide(text: str) -> str:
    """Full-width forms, as East Asian keyboards write them."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def hidden(text: str, rng: Random) -> str:
    """With characters that nobody sees between the others."""
    return "".join(char + (rng.choice(WIDTHLESS) if rng.random() < 0.3 else "") for char in text)


def regroup(digits: str, rng: Random) -> str:
    """Groups of two to four with some gap."""
    gap, parts, at = rng.choice((".", "-", " ", "/", " - ", "  ")), [], 0
    while at < len(digits):
        size = rng.randint(2, 4)
        parts.append(digits[at : at + size])
        at += size
    return gap.join(parts)


def fours(value: str, gap: str) -> str:
    """Groups of four."""
    return gap.join(value[at : at + 4] for at in range(0, len(value), 4))


def spelled(address: str, rng: Random) -> str:
    """An address as people write it where robots read."""
    at, dot = rng.choice(((" [at] ", " [dot] "), ("(at)", "(dot)"), (" at ", " dot "), ("[at]", "."), (" (at) ", ".")))
    local, _, domain = address.partition("@")
    return local + at + domain.replace(".", dot)


def split(core: str, country: int, rng: Random) -> str:
    """Country and number as two values."""
    form = rng.choice(
        ('"country_code": "{0}", "national_number": "{1}"', "('{0}', '{1}')", "cc={0} nsn={1}", "+{0}, {1}")
    )
    return form.format(country, core)
