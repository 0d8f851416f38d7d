"""What a text comes down to once its disguise is off: copies that differ in looks, links or numbers come down to the same."""

import re
import unicodedata

LONGEST = 4096
# Letters that look like ours, in lower case; many come from capitals, which look more alike still.
ALIKE = {
    "авеіјкмнорстухѕԁһԛԝ": "abeijkmhopctyxsdhqw",
    "αβεηικνορτυχωμ": "abenikvoptuxwu",
    "ıłøđħ": "ilodh",
}
UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064"
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufe00\ufe01\ufe0e\ufe0f\ufeff\uffa0"
)
PLAIN = str.maketrans({ord(a): b for theirs, ours in ALIKE.items() for a, b in zip(theirs, ours, strict=True)}) | {
    ord(sign): None for sign in UNSEEN
}
# What people write as links, with and without a scheme; and addresses of mail. Their parts may be of any alphabet.
LINK = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\S+|(?:[\w-]+\.)+[a-z]{2,24}(?:/\S*|\b)")
# One letter that nobody writes: a longer word would make all texts with a link a little alike.
A_LINK = " \u029f "
NUMBER = re.compile(r"\d[\d .,:/+-]*")
GAP = re.compile(r"[\W_]+")
HOST = re.compile(r"(?:\w+://)?(?:[^/\s@]*@)?(?:www\.)?([\w.-]+)")
# Second-level names under which everybody registers: what stands before them is the domain's own.
SHARED = frozenset(("ac", "co", "com", "edu", "gob", "gov", "net", "ne", "or", "org"))


def bare(text: str) -> str:
    """The text in lower case, in one form of Unicode, without what nobody sees and with look-alikes in our letters."""
    text = text[:LONGEST]
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).casefold().translate(PLAIN)


def masked(text: str) -> str:
    """A `bare` text with one sign for every link and every number, and one blank for whatever is between words."""
    return GAP.sub(" ", NUMBER.sub(" 0 ", LINK.sub(A_LINK, text) if "." in text else text)).strip()


def domains(text: str) -> list[str]:
    """The domains that a `bare` text links to, each once, as they are registered."""
    if "." not in text:
        return []
    hosts = (HOST.match(link) for link in LINK.findall(text))
    return list(dict.fromkeys(_registered(host[1]) for host in hosts if host))


def _registered(host: str) -> str:
    parts = host.strip(".").split(".")
    own = 3 if len(parts) > 2 and len(parts[-1]) == 2 and parts[-2] in SHARED else 2
    return ".".join(parts[-own:])
