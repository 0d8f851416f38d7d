"""Secrets that show by their form: private keys, wamids, JWTs, authorization values, known prefixes, passwords in URLs."""

import base64
import binascii
import re
from itertools import pairwise

from aerostic.security.masking import pseudonyms

PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|\Z)", re.DOTALL
)
PRIVATE_KEY_END = re.compile(r"\A.*-----END [A-Z ]{0,40}PRIVATE KEY-----", re.DOTALL)
# Meta's message id is Base64 around the customer's number in ASCII. "HBg" is how the body of every public sample begins.
WAMID = re.compile(r"(?:wamid\.|(?<![\w+/])(?=HBg[A-P]))((?:[\w+/=-]|\\/|%[0-9A-Fa-f]{2}){8,512}+)")
DOTTED = re.compile(r"[\w-]++(?:\.[\w-]++)*+")
AUTHORIZATION = re.compile(r"(?i)\b(bearer|basic)(?:\s|%20|\+|:|=){1,3}[\"']?([\w.~+/-]{6,4096}+={0,2}+)(?!\w)")
PREFIXED = re.compile(
    r"(?<![A-Za-z0-9])(EAA[A-Za-z]|[sprw]k_(?:live|test)_|whsec_|sk-(?:ant-|proj-)?|gh[opsur]_|github_pat_|glpat-|xox[abprs]-"
    r"|A[KS]IA|AIza|ya29\.|1//0|GOCSPX-|SG\.|hv[sb]\.|shp(?:at|ss)_|ak_(?=[0-9a-f]{12}_))([\w.-]{12,1024}+)"
)
URL_PASSWORD = re.compile(r"(://[^\s/?#@:\"'<>]{0,256}:)([^\s/\"'<>]{1,256})(?=@)")
OPAQUE = re.compile(r"(?<![\w.%+-])[\w+-]{32,512}={0,2}(?![\w+-])")


def mask_credentials(text: str) -> str:
    """Replace every secret that is known by its form."""
    if "PRIVATE KEY-----" in text:
        text = PRIVATE_KEY.sub("<private key>", text)
        text = PRIVATE_KEY_END.sub("<private key>", text)
    if "wamid." in text or "HBg" in text:
        text = WAMID.sub(lambda match: pseudonyms.wamid(match[1]), text)
    if "eyJ" in text:
        text = DOTTED.sub(_jwt, text)
    low = text.lower()
    if "bearer" in low or "basic" in low:
        text = AUTHORIZATION.sub(_authorization, text)
    text = PREFIXED.sub(lambda match: pseudonyms.key(match[1], match[2]), text)
    if "://" in text and "@" in text:
        text = URL_PASSWORD.sub(rf"\1{pseudonyms.SECRET}", text)
    return text


def mask_opaque(text: str) -> str:
    """Replace what looks random: 32 characters and more, with upper case, lower case and digits well mixed."""
    return OPAQUE.sub(
        lambda match: pseudonyms.key("", match[0].rstrip("=")) if _is_random(match[0]) else match[0], text
    )


def _jwt(match: re.Match[str]) -> str:
    start = match[0].find("eyJ")
    if start < 0 or "." not in match[0][start + 8 :]:
        return match[0]
    return match[0][:start] + pseudonyms.key("jwt", match[0])


def _authorization(match: re.Match[str]) -> str:
    scheme, value = match[1], match[2]
    secret = _is_pair(value) if scheme.lower() == "basic" else _is_token(value)
    return f"{scheme} {pseudonyms.SECRET}" if secret else match[0]


def _is_pair(value: str) -> bool:
    """Whether a Basic value is Base64 of `user:password`, which tells it from "basic authentication"."""
    try:
        return b":" in base64.b64decode(value + "=" * (-len(value) % 4), validate=True)
    except (binascii.Error, ValueError):
        return False


def _is_token(value: str) -> bool:
    """Whether a word after "bearer" is a token and not English."""
    return len(value) >= 20 or any(c.isdigit() for c in value) or (value.lower() != value and not value.istitle())


def _is_random(value: str) -> bool:
    classes = ["u" if c.isupper() else "l" if c.islower() else "d" if c.isdigit() else "-" for c in value]
    if not {"u", "l", "d"} <= set(classes) or classes.count("d") < 2:
        return False
    changes = sum(a != b for a, b in pairwise(classes))
    # Of 62 characters at random, 6 in 10 neighbours differ in class; of words in camel case, a third.
    return changes >= 0.37 * len(classes)
