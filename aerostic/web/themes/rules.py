"""The rules a theme is held to. Each has a name that stays, and says what to do; docs/themes.md lists them."""

from dataclasses import dataclass

from aerostic.words import N_

# Pages show what is marked: findings about the pictures of a brand. The command line shows them all.
RULES = {
    "app-version": "Widen `app` in theme.toml once the theme was tried with this version.",
    "extends-cycle": "Let `extends` lead to `default` in the end.",
    "extends-long": "A chain has four themes at most: merge some of them.",
    "extends-unknown": "Install the theme that `extends` names, or name `default`.",
    "file-count": "Leave out what no page shows: a theme has 200 files at most.",
    "file-link": "Put the file itself where the link is.",
    "file-magic": "Save the file in the format that its name says.",
    "file-name": "Name files and folders with small letters, digits, `.`, `_` and `-`.",
    "file-place": "Keep to the folders of a theme: slots, mail, locale, static, templates.",
    "file-size": N_("Make the file smaller."),
    "file-type": "Use PNG, JPEG, WebP or SVG for pictures and WOFF2 for fonts.",
    "image-broken": N_("Export the picture anew; it could not be read, or has too many pixels."),
    "manifest-missing": "Put a theme.toml beside the other files: `aerostic theme new` writes one.",
    "manifest-name": "Give folder and `name` the same name: a small letter, then small letters, digits and `-`.",
    "manifest-syntax": "Mend the TOML of theme.toml.",
    "manifest-value": "Correct the key; docs/themes.md lists them.",
    "slot-arithmetic": "Write the result as text: slots do not calculate or compare.",
    "slot-call": "Use the listed variables as they are: slots call nothing.",
    "slot-filter": "Use one of the listed filters.",
    "slot-html": "Use plain text elements and links: no scripts, forms, frames, styles or htmx attributes.",
    "slot-name": "Use one of the listed variables.",
    "slot-size": "Shorten it: a slot has 20 KB at most.",
    "slot-statement": "Slots know text, variables and `if`; no loops, includes, macros or assignments.",
    "slot-subscript": "Name the variable with dots, as listed.",
    "slot-syntax": "Mend the syntax of the slot.",
    "slot-unknown": "Name it after one of the slots that pages have.",
    "svg-unsafe": N_(
        "Export the drawing as plain SVG, with presentation attributes and without scripts, styles or links."
    ),
    "template-changed": "Compare the theme's template with the product's, then put the new hash under [overrides].",
    "template-protected": "Remove it: this page looks the same in every theme.",
    "template-syntax": "Mend the syntax of the template.",
    "theme-size": "Make pictures and fonts smaller: a theme has 5 MB at most.",
    "token-contrast": "Choose a lighter or darker colour: words need a contrast of 4.5 to what is behind them.",
    "token-function": "Write the value itself: no url(), var() or other functions.",
    "token-mode": "Set the colour for light and for dark.",
    "token-property": "Set --aero-* properties only.",
    "token-rule": "Leave out @-rules: tokens.css has two blocks of properties.",
    "token-selector": 'Use `:root` for light and `[data-bs-theme="dark"]` for dark, and nothing else.',
    "token-size": "Shorten it: tokens.css has 64 KB at most.",
    "token-syntax": "Mend the CSS.",
    "token-unknown": "Use one of the listed tokens.",
    "token-value": "Colours are hex; the radius is 0px to 16px; fonts are names separated by commas.",
    "trust-code": "Templates come from the operator's disk only: install a theme of trust `tokens` or `slots`.",
    "trust-slots": 'Set `trust = "slots"`, or remove slots and mail.',
    "trust-templates": 'Set `trust = "code"`, or remove the folder templates.',
    "wording-key": "Use one of the listed words.",
    "wording-language": "Name the file after a language of the product, such as de.toml.",
    "wording-syntax": "Mend the TOML.",
    "wording-text": "Use plain text of at most 80 characters, without <, > and %.",
    "zip-bomb": "Pack less: an archive unpacks to 5 MB at most.",
    "zip-duplicate": "Keep one file of each name.",
    "zip-encrypted": "Pack it without a password.",
    "zip-link": "Put the file itself where the link is.",
    "zip-nested": "Unpack the inner archive: themes hold none.",
    "zip-path": "Pack the theme's folder itself: names inside are relative and lead nowhere else.",
    "zip-unreadable": "Pack it as an ordinary ZIP file.",
}
WARNINGS = frozenset({"template-changed", "token-mode"})


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that something broke, where, and what exactly is wrong. `line` 0 is the file as a whole."""

    rule: str
    file: str
    line: int
    text: str

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return RULES[self.rule]

    @property
    def warning(self) -> bool:
        """Whether the theme may be used all the same."""
        return self.rule in WARNINGS

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.rule}: {self.text} {self.remedy}"


class RefusedError(Exception):
    """A theme, or a part of one, that breaks rules."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = findings
