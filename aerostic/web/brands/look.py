"""Colours of a brand, worked out for both modes so that every word can be read on what is behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aerostic.tenancy.brands.brand import Look
from aerostic.tenancy.brands.colours import READABLE, contrast, darker, foreground, luminance, mix, normal, readable
from aerostic.tenancy.brands.design import FONTS
from aerostic.web.themes.tokens import DARK, LIGHT, RAIL_TINT, RAIL_WORDS, Tokens, Values
from aerostic.words import N_

WHITE, BLACK = "#ffffff", "#000000"
SEEN = 3.0  # contrast of what is seen, not read: buttons, lines of charts
DARK_ENOUGH = 0.2  # luminance of a rail that a dark page may have
PROBLEMS = {
    "primary": N_("Words on buttons of this colour cannot be read well. Choose a lighter or a darker one."),
    "sidebar": N_("Words on this colour cannot be read well. Choose a lighter or a darker one."),
}
HINTS = {
    "primary": N_(
        "This colour is too light for words on a white page: links use a darker shade of it, and buttons keep it."
    ),
    "accent": N_("This colour is too light for lines on a white page: charts use a darker shade of it."),
    "sidebar": N_("In dark mode the rail stays dark: this colour is used in light mode only."),
}


@dataclass(slots=True)
class Shades:
    """The tokens that a brand sets, with what to tell who chose the colours: problems and hints by field."""

    light: dict[str, str] = field(default_factory=dict)
    dark: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    hints: dict[str, str] = field(default_factory=dict)

    def tokens(self) -> Tokens:
        """The tokens."""
        return Tokens(self.light, self.dark)


def shades(look: Look, base: Tokens) -> Shades:
    """What a look sets over a theme.

    Args:
        look: the choices of a reseller.
        base: all tokens of the theme; they tell what the words stand on.
    """
    found = Shades()
    for mode, own in ((LIGHT, found.light), (DARK, found.dark)):
        values = {name: normal(value) if value.startswith("#") else value for name, value in base.modes()[mode].items()}
        if look.primary:
            _primary(look.primary, mode, values, own, found)
        if look.accent:
            _accent(look.accent, mode, values, own, found)
        if look.sidebar:
            _sidebar(look.sidebar, mode, values, own, found)
        if look.radius is not None:
            own["radius"] = f"{look.radius}px"
        if look.font:
            own["font"] = FONTS[look.font]
    return found


def _primary(colour: str, mode: str, base: Values, own: dict[str, str], found: Shades) -> None:
    grounds, ink = _grounds(base), _ink(mode)
    button = _button(colour, mode, grounds)
    if button is None:
        found.problems["primary"] = PROBLEMS["primary"]
        return
    shade, words = button
    link = readable(colour, grounds, ink) or ink
    own |= {"primary": shade, "primary-fg": words, "link": link}
    own["chart-1"] = readable(colour, grounds, ink, SEEN) or ink
    if mode == LIGHT and link != colour:
        found.hints["primary"] = HINTS["primary"]


def _button(colour: str, mode: str, grounds: tuple[str, ...]) -> tuple[str, str] | None:
    """The colour of buttons, and of the words on them. Light mode has the very colour; dark mode one that stands out."""
    for lightening in (0.0,) if mode == LIGHT else [step / 20 for step in range(21)]:
        shade = mix(WHITE, colour, lightening)
        words = foreground([shade, darker(shade)], (WHITE, mix(BLACK, shade, 0.8), BLACK))
        if words and (mode == LIGHT or all(contrast(shade, ground) >= SEEN for ground in grounds)):
            return shade, words
    return None


def _accent(colour: str, mode: str, base: Values, own: dict[str, str], found: Shades) -> None:
    own["chart-2"] = readable(colour, _grounds(base), _ink(mode), SEEN) or _ink(mode)
    if mode == LIGHT and own["chart-2"] != colour:
        found.hints["accent"] = HINTS["accent"]


def _sidebar(colour: str, mode: str, base: Values, own: dict[str, str], found: Shades) -> None:
    if mode == DARK and luminance(colour) > DARK_ENOUGH:
        # The light mode's rail must not shine through.
        own |= {name: base[name] for name in ("sidebar-bg", "sidebar-fg") if name in base}
        found.hints["sidebar"] = HINTS["sidebar"]
        return
    tint = mix(own.get("primary") or base["primary"], colour, RAIL_TINT)
    for ink in (mix(WHITE, colour, 0.88), WHITE, mix(BLACK, colour, 0.75), BLACK):
        if min(contrast(mix(ink, colour, RAIL_WORDS), colour), contrast(ink, tint)) >= READABLE:
            own |= {"sidebar-bg": colour, "sidebar-fg": ink}
            return
    found.problems["sidebar"] = PROBLEMS["sidebar"]


def _grounds(base: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(base[name] for name in ("surface", "body-bg") if name in base)


def _ink(mode: str) -> str:
    return BLACK if mode == LIGHT else WHITE
