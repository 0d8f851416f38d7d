"""tokens.css: colours, radius and font of a theme, for light and dark, and nothing else that CSS can do."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import tinycss2

from aerostic.tenancy.brands import colours
from aerostic.web.themes.rules import Finding

FILE = "tokens.css"
MOST_BYTES = 64 * 1024
LIGHT, DARK = "light", "dark"
SELECTORS = {
    ":root": LIGHT,
    "[data-bs-theme=dark]": DARK,
    '[data-bs-theme="dark"]': DARK,
    "[data-bs-theme='dark']": DARK,
}
PREFIX = "--aero-"
COLOURS = (
    *("primary", "primary-fg", "link", "sidebar-bg", "sidebar-fg", "body-bg", "surface", "text", "muted", "border"),
    *(f"chart-{number}" for number in range(1, 9)),
)
VALUES = {
    **dict.fromkeys(COLOURS, colours.HEX),
    "radius": re.compile(r"(?:\d|1[0-6])px"),
    "font": re.compile(r'(?:[A-Za-z-]+|"[A-Za-z0-9 -]+")(?:\s*,\s*(?:[A-Za-z-]+|"[A-Za-z0-9 -]+"))*'),
}
# Words, and what is behind them.
PAIRS = (
    ("text", "body-bg"),
    ("text", "surface"),
    ("muted", "body-bg"),
    ("muted", "surface"),
    ("link", "surface"),
    ("link", "body-bg"),
    ("primary-fg", "primary"),
    ("sidebar-fg", "sidebar-bg"),
)
# On the rail: headings are mixed with what is behind them, and the present page's entry stands on a tint; see aero.css.
RAIL_WORDS, RAIL_TINT = 0.82, 0.14
Values = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Values by token, without the prefix. Dark ones stand over the light ones."""

    light: Values = field(default_factory=dict)
    dark: Values = field(default_factory=dict)

    def over(self, parent: "Tokens") -> "Tokens":
        """These values, and the parent's for what these do not set."""
        return Tokens({**parent.light, **self.light}, {**parent.dark, **self.dark})

    def modes(self) -> dict[str, Values]:
        """All values of each mode."""
        return {LIGHT: self.light, DARK: {**self.light, **self.dark}}

    def css(self) -> str:
        """A stylesheet of these values."""
        blocks = ((":root", self.light), ('[data-bs-theme="dark"]', self.dark))
        return "".join(f"{selector}{{{_declarations(values)}}}\n" for selector, values in blocks if values)


def read(css: str) -> tuple[Tokens, list[Finding]]:
    """The values of a stylesheet, and every rule it breaks. What breaks a rule is no value."""
    if len(css.encode()) > MOST_BYTES:
        return Tokens(), [Finding("token-size", FILE, 0, "The file is too long.")]
    found: dict[str, dict[str, str]] = {LIGHT: {}, DARK: {}}
    findings: list[Finding] = []
    for node in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if node.type == "error":
            findings.append(_finding("token-syntax", node, f"{node.message}."))
        elif node.type == "at-rule":
            findings.append(_finding("token-rule", node, f"@{node.at_keyword} is not taken."))
        elif (mode := SELECTORS.get(tinycss2.serialize(node.prelude).strip())) is None:
            selector = tinycss2.serialize(node.prelude).strip()
            findings.append(_finding("token-selector", node, f"The selector `{selector}` is not taken."))
        else:
            findings += _block(node.content, found[mode])
    tokens = Tokens(found[LIGHT], found[DARK])
    return tokens, [*findings, *_halves(tokens)]


def unreadable(tokens: Tokens) -> Iterator[Finding]:
    """The words that cannot be read on what is behind them. For the values of a whole chain of themes."""
    for mode, values in tokens.modes().items():
        known = {name: colours.normal(value) for name, value in values.items() if name in COLOURS}
        for ink, ground, what in _standing(known):
            if (ratio := colours.contrast(ink, ground)) < colours.READABLE:
                yield Finding("token-contrast", FILE, 0, f"In {mode} mode {what} has a contrast of {ratio:.2f}.")


def _standing(values: Values) -> Iterator[tuple[str, str, str]]:
    """Ink, ground, and what they are called, for all words that pages have."""
    for ink, ground in PAIRS:
        if ink in values and ground in values:
            yield values[ink], values[ground], f"{PREFIX}{ink} on {PREFIX}{ground}"
    if {"sidebar-fg", "sidebar-bg", "primary"} <= values.keys():
        words, rail = values["sidebar-fg"], values["sidebar-bg"]
        yield colours.mix(words, rail, RAIL_WORDS), rail, "a heading of the rail"
        yield words, colours.mix(values["primary"], rail, RAIL_TINT), "the present page's entry of the rail"


def _block(content: list[Any], values: dict[str, str]) -> Iterator[Finding]:
    for node in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if node.type == "error":
            yield _finding("token-syntax", node, f"{node.message}.")
        elif node.type != "declaration":
            yield _finding("token-selector", node, "Blocks inside of blocks are not taken.")
        elif not node.name.startswith(PREFIX):
            yield _finding("token-property", node, f"`{node.name}` is not taken.")
        elif (pattern := VALUES.get(node.name.removeprefix(PREFIX))) is None:
            yield _finding("token-unknown", node, f"There is no token `{node.name}`.")
        elif any(part.type in ("function", "url") for part in node.value):
            yield _finding("token-function", node, f"The value of `{node.name}` is a function.")
        elif node.important or not pattern.fullmatch(value := tinycss2.serialize(node.value).strip()):
            yield _finding("token-value", node, f"The value of `{node.name}` is not taken.")
        else:
            values[node.name.removeprefix(PREFIX)] = value


def _halves(tokens: Tokens) -> Iterator[Finding]:
    for name in sorted((set(tokens.light) ^ set(tokens.dark)) & set(COLOURS)):
        missing = DARK if name in tokens.light else LIGHT
        yield Finding("token-mode", FILE, 0, f"{PREFIX}{name} is not set in {missing} mode.")


def _declarations(values: Values) -> str:
    return "".join(f"{PREFIX}{name}:{value};" for name, value in values.items())


def _finding(rule: str, node: Any, text: str) -> Finding:
    return Finding(rule, FILE, node.source_line, text)
