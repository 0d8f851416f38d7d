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
# What makers put before their keys, as they document it.
LOOKAHEAD = re.compile(r"\(\?=.*\)")
PREFIXES = (
    *("EAA[A-Za-z]", "sk_live_", "sk_test_", "pk_live_", "pk_test_", "rk_live_", "rk_test_", "wk_live_", "wk_test_"),
    *(
        r"live_(?=[0-9A-Za-z]{30}(?!\w))",
        "sk-",
        "gh[opsur]_",
        "github_pat_",
        "glpat-",
        "xox[abprs]-",
        "xapp-",
        "A[KS]IA",
        "AIza",
    ),
    *(
        r"ya29\.",
        "1//0",
        "GOCSPX-",
        r"SG\.",
        r"hv[sb]\.",
        "shp(?:at|ss|ca|pa)_",
        "ak_(?=[0-9a-f]{12}_)",
        "hf_",
        "npm_",
        "pypi-",
    ),
    *("do[opr]_v1_", "sq0[a-z]{3}-", "ntn_", "lin_api_", "PMAK-", "sbp_", "ATATT3", r"dp\.[a-z]{2}\.", "FLWSECK"),
    *("SK(?=[0-9a-f]{32})", "key-(?=[0-9a-f]{32})"),
)
# The look behind stands after the letters, so that the search can skip to where one of their first is.
PREFIXED = re.compile(
    f"({'|'.join(f'{prefix}(?<![A-Za-z0-9]{LOOKAHEAD.sub(str(), prefix)})' for prefix in PREFIXES)})([\\w.-]{{12,1024}}+)"
)
BOT = re.compile(r"(?<![A-Za-z0-9])(\d{8,10}:AA)([\w-]{33})(?![\w-])")
WEBHOOK = re.compile(r"(?<![A-Za-z0-9])(whsec_)([\w+/-]{12,256}+={0,2})")
DATACENTER = re.compile(r"(?<![0-9A-Za-z])()([0-9a-f]{32}-us\d{1,2})(?![\w-])")
URL_PASSWORD = re.compile(r"(://[^\s/?#@:\"'<>]{0,256}:)([^\s/\"'<>]{1,256})(?=@)")
OPAQUE = re.compile(r"[\w+-](?<![\w.%+-].)[\w+-]{31,511}={0,2}(?![\w+-])")
PADDING = re.compile(r"=(?![\w+/=])")
BASE64 = re.compile(r"[\w+/](?<![\w+/.%].)[\w+/]{21,511}={1,2}(?![\w+/=])")


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
    for form, hint in ((PREFIXED, ""), (WEBHOOK, "whsec_"), (BOT, ":AA"), (DATACENTER, "-us")):
        if hint in text:
            text = form.sub(lambda match: pseudonyms.key(match[1], match[2]), text)
    if "://" in text and "@" in text:
        text = URL_PASSWORD.sub(rf"\1{pseudonyms.SECRET}", text)
    return text


def mask_opaque(text: str) -> str:
    """Replace what looks random: 32 characters and more, with upper case, lower case and digits well mixed."""
    if PADDING.search(text):
        text = BASE64.sub(_random, text)
    return OPAQUE.sub(_random, text) if len(max(text.split(), key=len, default="")) >= 32 else text


def _random(match: re.Match[str]) -> str:
    return pseudonyms.key("", match[0].rstrip("=")) if _is_random(match[0]) else match[0]


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
    if value.islower() or value.isupper():
        return False
    classes = ["u" if c.isupper() else "l" if c.islower() else "d" if c.isdigit() else "-" for c in value]
    if not {"u", "l", "d"} <= set(classes):
        return False
    changes = sum(a != b for a, b in pairwise(classes))
    # Of 62 characters at random, 6 in 10 neighbours differ in class; of words in camel case, a third.
    return changes >= (0.34 if classes.count("d") > 1 else 0.45) * len(classes)
