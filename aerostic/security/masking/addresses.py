"""E-mail addresses and internet addresses."""

import ipaddress
import re
from functools import lru_cache
from urllib.parse import unquote

from aerostic.security.masking import pseudonyms
from aerostic.security.masking.budget import Budget

ZERO_WIDTH = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
SIGNS = ("@", "%40", "%2540", "\\u0040", "&#64;", "&#x40;", "&commat;", "＠")
AT = f"(?:{'|'.join(map(re.escape, SIGNS))})"
SIGN = re.compile(AT)
LOCAL = rf"[\w.+{ZERO_WIDTH}\-]"
# No sign begins with a character that may stand before it, so what was taken of those is never given back.
EMAIL = re.compile(
    rf"(?:{LOCAL}{{1,40}}+%(?:25)?2[Bb])?{LOCAL}{{1,64}}+(?<!\.){AT}"
    rf"(?:[\w{ZERO_WIDTH}-]{{1,63}}\.){{1,8}}(?:[{ZERO_WIDTH}]{{0,8}}[^\W\d_][\w{ZERO_WIDTH}-]{{0,62}}|(?:%(?:25)?[0-9A-F]{{2}}){{2,24}})"
)
SPELLED = re.compile(
    r"(?i)[\w.+-]{1,64} ?(?:[\[({] ?at ?[\])}]| at ) ?[\w-]{1,63}(?: ?(?:[\[({] ?dot ?[\])}]| dot |\.) ?[\w-]{2,63}){1,4}"
)
SPACED = re.compile(r"[\w.+-]{1,64}(?: @ ?|@ )[\w-]{1,63}(?:\.[\w-]{1,63}){0,6}\.[^\W\d_]{2,63}")
SPELLED_DOT = re.compile(r"(?i)[\[({] ?(?:dot|at) ?[\])}]| dot ")
JUNK = str.maketrans("", "", ZERO_WIDTH)
IPV4 = re.compile(r"\d(?<![\w.].)\d{0,2}\.(?:\d{1,3}\.){2}\d{1,3}(?![\w]|\.\d)")
IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:])")
MANY_COLONS = re.compile(r":[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:|::")
VERSION_BEFORE = re.compile(r"(?i)(?:(?:\bv|version|release)[\s:=\"']{0,3}|\w-|==)$")


def mask_emails(text: str) -> str:
    """Replace e-mail addresses, also percent-encoded, escaped, full-width and spelled ("ann [at] example [dot] com")."""
    if SIGN.search(text):
        text = EMAIL.sub(lambda match: email_token(match[0]), text)
        if "@ " in text or " @" in text:
            text = SPACED.sub(lambda match: email_token(match[0].replace(" ", "")), text)
    if SPELLED_DOT.search(text):
        text = SPELLED.sub(_spelled, text)
    return text


def mask_addresses(text: str, budget: Budget) -> str:
    """Cut internet addresses to their network (/24, /48). Loopback and private networks say nothing about a person."""
    if text.count(".") >= 3:
        text = IPV4.sub(_ipv4, text)
    if MANY_COLONS.search(text):
        text = IPV6.sub(lambda match: _ipv6(match, budget), text)
    return text


def email_token(written: str) -> str:
    """The pseudonym of an address in any of the forms it is written in."""
    return pseudonyms.email(unquote(unquote(SIGN.sub("@", written.translate(JUNK)))))


def _spelled(match: re.Match[str]) -> str:
    return pseudonyms.email(match[0]) if SPELLED_DOT.search(match[0]) else match[0]


def _ipv4(match: re.Match[str]) -> str:
    if VERSION_BEFORE.search(match.string[max(0, match.start() - 16) : match.start()]):
        return match[0]
    return _network(match[0])


@lru_cache(maxsize=4096)
def _network(written: str) -> str:
    try:
        address = ipaddress.IPv4Address(written)
    except ValueError:
        return written
    return written if _is_ours(address) else written.rpartition(".")[0] + ".*"


def _ipv6(match: re.Match[str], budget: Budget) -> str:
    if not budget.spend():
        return match[0].partition(":")[0] + "::*"
    try:
        address = ipaddress.IPv6Address(match[0])
    except ValueError:
        return match[0]
    if _is_ours(address) or not match[0].strip(":"):
        return match[0]
    return ":".join(address.exploded.split(":")[:3]) + "::*"


def _is_ours(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    documentation = address.exploded.startswith(("192.0.2.", "198.51.100.", "203.0.113.", "2001:0db8"))
    return not documentation and (address.is_private or address.is_link_local or address.is_multicast)
