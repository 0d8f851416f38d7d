"""Catalogues of translations: nothing that the code says is missing, and what is filled in stays what it was."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from gettext import c2py
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from jinja2 import TemplateSyntaxError

ROOT = Path(__file__).parents[1]
TEXTS = ROOT / "aerostic" / "translations"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None, "lazy_gettext": None}
PLACES = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
COMPLETE = ("de", "ar")


@lru_cache(maxsize=1)
def said() -> frozenset[str]:
    """Every text in the code."""
    return frozenset(texts_in(ROOT))


def texts_in(root: Path) -> Iterator[str]:
    """The texts of a tree, found as `make texts` finds them.

    Raises:
        TemplateSyntaxError: a template does not parse, so its texts would be left out.
    """
    with (TEXTS / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    for folder in ("aerostic", "plugins"):
        # Patterns begin at the root. Walking all of it would take long: virtual environments and data lie there too.
        inside = {pattern.removeprefix(f"{folder}/"): pattern for pattern, _ in methods if pattern.startswith(folder)}
        own = [(short, dict(methods)[pattern]) for short, pattern in inside.items()]
        own_options = {short: options[pattern] for short, pattern in inside.items()}
        for _, _, message, _, _ in extract_from_dir(root / folder, own, own_options, KEYWORDS):
            yield message if isinstance(message, str) else message[0]


def catalogue(language: str) -> Catalog:
    with (TEXTS / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def pairs(language: str) -> Iterator[tuple[str, str]]:
    """Each text with each of its translations."""
    for message in catalogue(language):
        if not message.id:
            continue
        ids = (message.id,) if isinstance(message.id, str) else message.id
        strings = (message.string,) if isinstance(message.string, str) else message.string
        yield from ((ids[-1], string) for string in strings)


def test_texts_are_found_in_code_and_templates():
    assert {"Sign in", "Set aside for messages", "Nothing matches"} <= said()
    assert {"Switch off", "Nothing chosen means everybody"} <= said(), "they stand in templates that use `{% do %}`"
    assert "" not in said(), "the translation of nothing is the catalogue's header"


@pytest.mark.parametrize(
    "name", ["aerostic/web/templates/a.html", "aerostic/web/templates/a.txt", "plugins/a/templates/a.html"]
)
def test_a_template_that_does_not_parse_is_not_passed_over(name, tmp_path):
    template = tmp_path / name
    template.parent.mkdir(parents=True)
    template.write_text('{% set x = [] %}{% do x.append(_("Found")) %}')
    assert list(texts_in(tmp_path)) == ["Found"]
    template.write_text('{{ _("Lost") }}{% unheard_of %}')
    with pytest.raises(TemplateSyntaxError):
        list(texts_in(tmp_path))


@pytest.mark.parametrize("language", COMPLETE)
def test_no_text_is_without_a_translation(language):
    known = {
        message.id if isinstance(message.id, str) else message.id[0] for message in catalogue(language) if message.id
    }
    assert sorted(said() - known) == [], "run `make texts`, then translate what is new"
    assert [text for text, translated in pairs(language) if not translated] == []


@pytest.mark.parametrize("language", COMPLETE)
def test_what_is_filled_in_is_the_same_in_every_language(language):
    """A form of the plural may leave the number out, since some languages say it in a word."""
    wrong = [
        (text, translated)
        for text, translated in pairs(language)
        if not set(PLACES.findall(translated)) <= set(PLACES.findall(text))
        or set(PLACES.findall(text)) - set(PLACES.findall(translated)) - {"%(num)s", "%(num)d", "%(count)s"}
    ]
    assert wrong == []


@pytest.mark.parametrize("language", COMPLETE)
def test_a_form_of_the_plural_without_the_number_stands_for_one_number_only(language):
    """Arabic says one and two in a word, German only one; "4 and 5" in the same words would leave out which."""
    found = catalogue(language)
    form_of = c2py(found.plural_expr)
    stands_for = Counter(form_of(n) for n in range(1000))
    wrong = [
        (message.id[1], translated)
        for message in found
        if not isinstance(message.id, str)
        for form, translated in enumerate(message.string)
        if stands_for[form] != 1 and not PLACES.search(translated)
    ]
    assert set(stands_for) == set(range(found.num_plurals))
    assert wrong == []
