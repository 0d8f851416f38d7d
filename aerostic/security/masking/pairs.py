"""Values that a key names: `key=value`, `key: value`, JSON, Python's repr, headers, query strings, escaped or not."""

import re
from functools import partial

from aerostic.security.masking import pseudonyms
from aerostic.security.masking.addresses import email_token
from aerostic.security.masking.budget import Budget
from aerostic.security.masking.names import Kind, kind_of
from aerostic.security.masking.plans import phone_token

KEY = re.compile(
    r"(?P<key>[^\W\d](?<![\w.\-].)[\w.\-]{0,63}+)(?:\[\])?"
    r"(?:\\{0,4}[\"']\]?\s{0,3}(?P<comma>,)|(?:\\{0,4}[\"'])?\]?\s{0,3}(?:=>|:=|==|[:=：]|%3[aAdD]))\s{0,3}(?:Secret\()?(?:b(?=[\"']))?"
)
QUOTED = re.compile(r"(?P<quote>\\{0,4}[\"'])(?P<value>(?:(?!(?P=quote))(?:\\.|[^\\])){0,8192}+)", re.DOTALL)
BARE = re.compile(r"(?P<value>[^\s,;&\"'(){}\[\]\\]{1,4096}+)")
BARE_PHONE = re.compile(r"(?P<value>\+?\(?\d[\d\s().\-/]{3,28}\d)(?![\w])")
REST = re.compile(r"(?P<value>[^\r\n\"'{}\\]{1,8192}+)")
HEADER = re.compile(r"(?i)(?:proxy-)?authorization|(?:set-)?cookie")
HARMLESS = re.compile(
    r"(?i)(?:none|null|true|false|yes|no|on|off|ok|set|unset|expired?|invalid|valid|missing|required|empty|revoked|rejected|failed|"
    r"mismatch|refused|unknown|incorrect|wrong|changed|not|must|is|was|has|cannot|too|the|a|an|str|int|bytes|[a-z_]*error|\*+|\.{3}|\d{1,2})"
)
AT = re.compile(r"@|%40|\\u0040")
DIGITS = re.compile(r"\D+")


def mask_pairs(text: str, budget: Budget) -> str:
    """Replace the values of keys whose names say secret, personal, phone or e-mail."""
    parts: list[str] = []
    done = 0
    for match in KEY.finditer(text):
        if match.start() < done:
            continue
        kind = kind_of(match["key"])
        if kind in (Kind.UNKNOWN, Kind.PLAIN):
            continue
        found = _value(match, kind, text)
        if found is None or not found["value"]:
            continue
        masked = mask_value(kind, found["value"], budget)
        if masked == found["value"]:
            continue
        parts += text[done : found.start("value")], masked
        done = found.end("value")
    return "".join([*parts, text[done:]]) if parts else text


def mask_value(kind: Kind, value: str, budget: Budget) -> str:
    """What a log shows of a value whose key has this kind."""
    if pseudonyms.TOKEN.search(value) and len(pseudonyms.TOKEN.sub("", value)) < 12:
        return value
    if kind is Kind.PHONE:
        digits = DIGITS.sub("", value)
        return phone_token(digits, budget) if 5 <= len(digits) <= 20 and "@" not in value else value
    if kind is Kind.EMAIL:
        return email_token(value) if AT.search(value) and " " not in value.strip() else value
    if HARMLESS.fullmatch(value):
        return value
    return pseudonyms.PERSONAL if kind is Kind.PERSONAL else pseudonyms.SECRET


def _value(match: re.Match[str], kind: Kind, text: str) -> re.Match[str] | None:
    at = partial(re.Pattern.match, string=text, pos=match.end())
    quoted = at(QUOTED)
    if quoted or match["comma"]:
        return quoted
    if kind is Kind.PHONE:
        return at(BARE_PHONE)
    if kind is Kind.SECRET and HEADER.fullmatch(match["key"]):
        return at(REST)
    if kind is Kind.PERSONAL and "=" not in match[0]:
        return None
    return at(BARE)
