"""The texts that themes bring: slots drawn into pages and mail, and words that take the place of the product's."""

from typing import Any

from flask import Flask, g, has_request_context
from flask_babel import get_locale, get_translations
from markupsafe import Markup

from aerostic.db import utcnow
from aerostic.tenancy.brands import Brand
from aerostic.web.themes import slots
from aerostic.web.themes.catalogue import catalogue
from aerostic.web.themes.manifest import Option
from aerostic.web.themes.serving import current_theme
from aerostic.web.themes.theme import Chain


def init_texts(app: Flask) -> None:
    """Let layouts draw slots, and every text be one of the brand's."""
    app.add_template_global(slot)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=_translate,
        ngettext=lambda one, many, count: get_translations().ungettext(one, many, count),
        newstyle=True,
    )


def slot(name: str) -> Markup | str:
    """The text that this request's theme has for a slot of pages, such as `login`; '' where it has none."""
    return draw_slot(g.brand, catalogue().chain(current_theme()), f"slots/{name}.html")


def mail_slot(brand: Brand, file: str) -> Markup | str:
    """The text that a brand's theme has for mail: `header.html`, `footer.html` or `footer.txt`; '' where it has none."""
    return draw_slot(brand, catalogue().chain(brand.theme), f"mail/{file}")


def draw_slot(brand: Brand, chain: Chain, name: str) -> Markup | str:
    """A slot with a brand's values, from the first theme of the chain that has it, in the language spoken now."""
    language = _language()
    for theme in chain:
        source = theme.slots.get((name, language)) or theme.slots.get((name, ""))
        if source is not None:
            return slots.draw(
                source, values_of(brand, option_values(brand, chain), language), html=name.endswith(".html")
            )
    return ""


def values_of(brand: Brand, options: dict[str, str], language: str) -> dict[str, Any]:
    """What slots may name: plain texts only."""
    return {
        "brand": {
            "name": brand.name,
            "short_name": brand.short_name or brand.name,
            "support_email": brand.support_email,
            "legal": brand.legal,
        },
        "links": {link.name: link.url for link in brand.links},
        "options": options,
        "year": str(utcnow().year),
        "locale": language,
    }


def options_of(chain: Chain) -> dict[str, Option]:
    """The options of a chain's themes by key: each theme's over its parent's."""
    found: dict[str, Option] = {}
    for theme in reversed(chain):
        found |= theme.manifest.options
    return found


def option_values(brand: Brand, chain: Chain) -> dict[str, str]:
    """What each option is for a brand: what was set, where the theme still takes it, else its default."""
    return {
        key: brand.options[key] if key in brand.options and option.takes(brand.options[key]) else option.default
        for key, option in options_of(chain).items()
    }


def words_of(chain: Chain) -> dict[str, dict[str, str]]:
    """The words of a chain by language: each theme's over its parent's."""
    found: dict[str, dict[str, str]] = {}
    for theme in reversed(chain):
        for language, words in theme.words.items():
            found.setdefault(language, {}).update(words)
    return found


def _translate(text: str) -> str:
    """The brand's word for a text of the product, else its translation."""
    words = g.brand.wording.get(_language(), {}) if has_request_context() and "brand" in g else {}
    return str(words.get(text) or get_translations().ugettext(text))


def _language() -> str:
    found = get_locale()
    return found.language if found else "en"
