"""locale/<language>.toml: words of the product that a theme calls by another name."""

import tomllib
from collections.abc import Iterator, Mapping

from aerostic.web.themes.manifest import LINE, line_of
from aerostic.web.themes.rules import Finding
from aerostic.words import LOCALES, N_

LONGEST = 80
# What may be renamed, by the name that themes use for it. Warnings, consent and amounts of money are not among them.
WORDS = {
    "sign_in": N_("Sign in"),
    "sign_out": N_("Sign out"),
    "home": N_("Home"),
    "conversations": N_("Conversations"),
    "contacts": N_("Contacts"),
    "templates": N_("Templates"),
    "campaigns": N_("Campaigns"),
    "new_campaign": N_("New campaign"),
    "wallet": N_("Wallet"),
    "numbers": N_("Numbers"),
    "team": N_("Team"),
    "plugins": N_("Plugins"),
    "settings": N_("Settings"),
    "workspaces": N_("Workspaces"),
    "engage": N_("Engage"),
    "automate": N_("Automate"),
    "insight": N_("Insight"),
    "account": N_("Account"),
}


def language_of(path: str) -> str | None:
    """The language of a file of words; None when the product does not speak it."""
    name = path.removeprefix("locale/").removesuffix(".toml")
    return name if name in LOCALES else None


def read(path: str, data: bytes) -> tuple[dict[str, str], list[Finding]]:
    """The words of a file, by the product's own, and the rules it breaks."""
    if language_of(path) is None:
        return {}, [Finding("wording-language", path, 0, "The product does not speak this language.")]
    try:
        text = data.decode()
        values = tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        line = LINE.search(str(error))
        return {}, [Finding("wording-syntax", path, int(line[1]) if line else 0, f"It cannot be read: {error}.")]
    findings = list(_check(path, text, values))
    return ({WORDS[key]: value for key, value in values.items()} if not findings else {}), findings


def _check(path: str, text: str, values: Mapping[str, object]) -> Iterator[Finding]:
    for key, value in values.items():
        if key not in WORDS:
            yield Finding("wording-key", path, line_of(text, key), f"There is no word `{key}`.")
        elif not isinstance(value, str) or not 0 < len(value) <= LONGEST or any(sign in "<>%\n" for sign in value):
            yield Finding("wording-text", path, line_of(text, key), f"The text of `{key}` is not taken.")
