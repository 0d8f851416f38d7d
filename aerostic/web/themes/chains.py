"""Themes that build on one another: a theme, the one it extends, and so on to `default`."""

from collections.abc import Callable

from aerostic.web.themes import tokens
from aerostic.web.themes.manifest import FILE, ROOT
from aerostic.web.themes.rules import Finding
from aerostic.web.themes.theme import Chain, Theme
from aerostic.web.themes.tokens import Tokens

LONGEST = 4


def chain_of(theme: Theme, find: Callable[[str], Theme | None]) -> tuple[Chain, list[Finding]]:
    """The chain, the theme itself first, and every rule it breaks.

    Args:
        theme: where it begins.
        find: gives a theme by its name; None where there is none that keeps the rules.
    """
    chain = [theme]
    while (wanted := chain[-1].manifest.extends) and chain[-1].name != ROOT:
        if wanted in {link.name for link in chain}:
            return (), [Finding("extends-cycle", FILE, 0, f"`{chain[-1].name}` leads back to `{wanted}`.")]
        parent = find(wanted)
        if parent is None:
            return (), [Finding("extends-unknown", FILE, 0, f"There is no theme `{wanted}`.")]
        chain.append(parent)
        if len(chain) > LONGEST:
            return (), [Finding("extends-long", FILE, 0, "The chain is too long.")]
    return tuple(chain), list(tokens.unreadable(tokens_of(tuple(chain))))


def tokens_of(chain: Chain) -> Tokens:
    """The values of a chain: each theme's over its parent's."""
    merged = Tokens()
    for theme in reversed(chain):
        merged = theme.tokens.over(merged)
    return merged
