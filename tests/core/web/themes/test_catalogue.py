"""Where themes are found, and the chains they make."""

from importlib.metadata import EntryPoint
from itertools import pairwise
from pathlib import Path

import pytest

from aerostic.web.themes import catalogue
from aerostic.web.themes.catalogue import SHIPPED, Catalogue, find_folders
from aerostic.web.themes.chains import chain_of, tokens_of
from aerostic.web.themes.serving import stylesheet
from tests.core.web.themes.support import files, theme


def put(folder: Path, name: str, given: dict[str, bytes]) -> None:
    for path, data in given.items():
        (folder / name / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / name / path).write_bytes(data)


def refused(first, *others) -> list[str]:
    known = {one.name: one for one in (first, *others)}
    return [finding.rule for finding in chain_of(first, known.get)[1]]


def test_a_chain_has_to_end_in_default_within_four():
    assert refused(theme("plum", extends='"nowhere"')) == ["extends-unknown"]
    assert refused(theme("plum", extends='"pear"'), theme("pear", extends='"plum"')) == ["extends-cycle"]
    names = ("one", "two", "three", "four", "five")
    long = [theme(name, extends=f'"{after}"') for name, after in pairwise(names)]
    assert refused(*long, theme("five")) == ["extends-long"]


def test_words_are_read_on_what_the_whole_chain_sets():
    parent = theme("parent", {"tokens.css": b":root { --aero-surface: #000000 }"}, extends='"base"')
    base = theme("base", {"tokens.css": b""}, extends='"default"')
    child = theme("child", {"tokens.css": b":root { --aero-text: #111111 }"}, extends='"parent"')
    default = Catalogue(find_folders(Path("/nonexistent"))).get("default")
    assert set(refused(child, parent, base, default)) == {"token-contrast"}


def test_values_come_from_the_nearest_theme_that_sets_them():
    default = Catalogue(find_folders(Path("/nonexistent"))).get("default")
    child = theme("child", {"tokens.css": b":root { --aero-radius: 3px }"}, extends='"parent"')
    chain, _ = chain_of(child, {"parent": theme("parent"), "default": default}.get)
    light = tokens_of(chain).light
    assert (light["radius"], light["primary"], light["text"]) == ("3px", "#7a1f5c", "#1b2a32")
    assert stylesheet(chain).startswith(":root{--aero-primary:#7a1f5c;--aero-primary-fg:#fff;--aero-radius:3px;}")


def test_a_bundled_font_is_declared_by_the_server():
    default = Catalogue(find_folders(Path("/nonexistent"))).get("default")
    font = '[{family = "Plum", file = "font/plum.woff2", licence = "OFL-1.1", weight = "400 700"}]'
    plum = theme("plum", {"static/font/plum.woff2": b"wOF2"}, fonts=font)
    chain, _ = chain_of(plum, {"default": default}.get)
    digest = plum.statics["font/plum.woff2"].digest
    assert stylesheet(chain).startswith(
        '@font-face{font-family:"Plum";font-weight:400 700;font-display:swap;'
        f'src:url("/t/plum/{digest}/font/plum.woff2") format("woff2")}}'
    )


def test_a_theme_that_breaks_a_rule_is_not_there(tmp_path: Path):
    put(tmp_path / "themes", "plum", files())
    put(tmp_path / "themes", "pear", files("pear", {"slots/footer.html": b"{{ config }}"}))
    found = Catalogue(find_folders(tmp_path))
    assert [found.chain(name)[0].name for name in ("plum", "pear", "unheard")] == ["plum", "default", "default"]
    assert [one.name for one in found.for_reseller("tern")] == ["default", "plum"]


def test_the_products_themes_cannot_be_replaced(tmp_path: Path):
    put(tmp_path / "themes", "default", files("default"))
    assert find_folders(tmp_path)["default"] == SHIPPED / "default"


def test_packages_bring_themes_and_are_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    put(tmp_path, "acme_plum", {**files(), "__init__.py": b"raise RuntimeError"})
    entries = [EntryPoint("plum", "acme_plum", catalogue.GROUP), EntryPoint("pear", "acme_nowhere", catalogue.GROUP)]
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(catalogue, "entry_points", lambda group: entries)
    assert find_folders(tmp_path)["plum"] == tmp_path / "acme_plum"
    assert "pear" not in find_folders(tmp_path)
    assert Catalogue(find_folders(tmp_path)).chain("plum")[0].name == "plum"
