"""Catalogues of translations: nothing that the code says is missing, and what is filled in stays what it was."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[1]
TEXTS = ROOT / "aerostic" / "translations"
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None, "lazy_gettext": None}
PLACES = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
COMPLETE = ("de",)


@lru_cache(maxsize=1)
def said() -> frozenset[str]:
    """Every text in the code."""
    with (TEXTS / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found: set[str] = set()
    for folder in ("aerostic", "plugins"):
        own = [(pattern.removeprefix(f"{folder}/"), kind) for pattern, kind in methods if pattern.startswith(folder)]
        texts = extract_from_dir(ROOT / folder, own, options, KEYWORDS)
        found |= {message if isinstance(message, str) else message[0] for _, _, message, _, _ in texts}
    return frozenset(found)


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
