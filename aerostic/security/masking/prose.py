"""Secrets that running text, a command line or a list of accounts tells: "password is x", `--token x`, `ann@example.com:x`."""

import re

from aerostic.security.masking import pseudonyms
from aerostic.security.masking.names import Kind, kind_of

STEMS = ("pass", "secret", "token", "key", "pwd", "identified", "kennwort", "contrase", "пароль", "→")
SAID = re.compile(
    r"(?i)\b(?:pass(?:word|wort|phrase|code)|kennwort|pwd|secret|token|(?:api|access|secret) key|identified by|contraseña"
    r"|mot de passe|пароль)"
    r"\s{1,3}(?:(?:is|was|ist|war|es|est|=|→|->|to|:)\s{1,3})?"
    r"(?:(?P<quote>[\"'`])(?P<quoted>[^\"'`\s]{4,256})(?P=quote)|"
    r"(?P<bare>(?=\S{0,63}\d)(?=\S{0,63}[A-Za-z])[^\s\"'`<>,;()\[\]{}=/:]{6,256}))"
)
UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|\d{4}-\d\d-\d\d.*")
OPTION = re.compile(r"-(?<![\w-].)-?([a-zA-Z][\w-]{1,40})(\s{1,3})([\"']?)([^\s\"'\-<][^\s\"'<]{0,1024})")
ACCOUNT = re.compile(r"(<em:[0-9a-f]{8}>:)(?=\S{0,63}\d)(?=\S{0,63}[A-Za-z])[^\s:|;,<>\"'/]{6,128}")


def mask_prose(text: str, low: str) -> str:
    """Replace them.

    Args:
        text: what is masked, in which addresses are pseudonyms already.
        low: the same in lower case, or what it was before other rules.
    """
    if "<em:" in text:
        text = ACCOUNT.sub(rf"\1{pseudonyms.SECRET}", text)
    if any(stem in low for stem in STEMS):
        text = OPTION.sub(_option, text) if "-" in text else text
        text = SAID.sub(_said, text)
    return text


def _said(match: re.Match[str]) -> str:
    place = "quoted" if match["quoted"] else "bare"
    if UUID.fullmatch(match[place]):
        return match[0]
    text, start = match[0], match.start()
    return text[: match.start(place) - start] + pseudonyms.SECRET + text[match.end(place) - start :]


def _option(match: re.Match[str]) -> str:
    if kind_of(match[1]) is not Kind.SECRET:
        return match[0]
    return match[0][: match.start(4) - match.start()] + pseudonyms.SECRET
