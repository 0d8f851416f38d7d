"""Colours as hex texts: contrast between two of them, mixtures, and one that can be read on another.

Contrast is that of WCAG 2: a ratio of relative luminances. Mixtures are made in Oklab, as stylesheets make them.
"""

import re
from collections.abc import Iterable

from aerostic.words import N_

HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
READABLE = 4.5
STEPS = 50
Triple = tuple[float, float, float]


def normal(colour: str) -> str:
    """`#rrggbb` in small letters.

    Raises:
        ValueError: not a hex colour.
    """
    if not HEX.fullmatch(colour):
        raise ValueError(N_("A colour is written as # and six hex digits, such as #0b6e63."))
    digits = colour[1:].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance, from 0 (black) to 1 (white)."""
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mix(one: str, other: str, share: float) -> str:
    """`share` of `one` (0 to 1), the rest of `other`."""
    pairs = zip(_oklab(one), _oklab(other), strict=True)
    lightness, a, b = (share * x + (1 - share) * y for x, y in pairs)
    return _from_oklab((lightness, a, b))


def darker(colour: str, by: float = 0.06) -> str:
    """The colour with less lightness: what buttons turn to under the pointer."""
    lightness, a, b = _oklab(colour)
    return _from_oklab((max(0.0, lightness - by), a, b))


def readable(colour: str, grounds: Iterable[str], towards: str, least: float = READABLE) -> str | None:
    """The colour nearest to `colour`, on its way to `towards`, that can be read on every ground; None if none can."""
    grounds = tuple(grounds)
    for step in range(STEPS + 1):
        candidate = mix(colour, towards, 1 - step / STEPS)
        if all(contrast(candidate, ground) >= least for ground in grounds):
            return candidate
    return None


def foreground(grounds: Iterable[str], inks: Iterable[str]) -> str | None:
    """The first ink that can be read on every ground; None if none can."""
    grounds = tuple(grounds)
    return next((ink for ink in inks if all(contrast(ink, ground) >= READABLE for ground in grounds)), None)


def _linear(colour: str) -> Triple:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _expand(red), _expand(green), _expand(blue)


def _expand(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _compress(value: float) -> float:
    value = min(1.0, max(0.0, value))
    return value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def _oklab(colour: str) -> Triple:
    red, green, blue = _linear(colour)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def _from_oklab(lab: Triple) -> str:
    lightness, a, b = lab
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    channels = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(_compress(channel) * 255):02x}" for channel in channels)
