"""`aerostic theme`: a new theme keeps the rules; what breaks them is not packed and not installed."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from aerostic.cli import themes
from aerostic.cli.themes import theme
from aerostic.settings import Settings
from aerostic.web.themes.archive import pack
from aerostic.web.themes.catalogue import Catalogue, find_folders
from tests.core.web.themes.support import files, png


@pytest.fixture(autouse=True)
def _own_var(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(themes, "get_settings", lambda: Settings(_env_file=None, var=tmp_path / "var"))


def call(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(theme, arguments)
    return result.exit_code, result.output


def test_a_new_theme_is_checked_packed_installed_and_listed(tmp_path: Path):
    assert call("new", "plum")[0] == 0
    assert call("check", "themes/plum") == (0, "plum 1.0 keeps the rules.\n")
    assert call("pack", "themes/plum") == (0, "plum-1.0.zip holds plum 1.0, 3 files.\n")
    assert call("check", "plum-1.0.zip") == (0, "plum 1.0 keeps the rules.\n")
    assert call("install", "plum-1.0.zip")[0] == 0
    assert [line.split()[0] for line in call("list")[1].splitlines()] == ["theme", "default", "northwind", "plum"]
    chain = Catalogue(find_folders(tmp_path / "var")).chain("plum")
    assert [link.name for link in chain] == ["plum", "default"]


@pytest.mark.parametrize("name", ["Plum", "../plum", "p"])
def test_a_new_theme_needs_a_plain_name(name: str, tmp_path: Path):
    assert call("new", name)[0] == 1
    assert list(tmp_path.iterdir()) == []


def test_what_breaks_rules_is_named_with_its_line_and_not_packed(tmp_path: Path):
    call("new", "plum")
    with (tmp_path / "themes/plum/tokens.css").open("a") as css:
        css.write("body { color: red }\n")
    code, said = call("check", "themes/plum")
    assert (code, said.split(" The ")[0]) == (1, "error: tokens.css:17: token-selector:")
    assert call("pack", "themes/plum")[0] == 1
    assert not list(tmp_path.glob("*.zip"))


@pytest.mark.parametrize(
    ("changes", "values", "rule"),
    [
        ({"templates/errors/error.html": b""}, {"trust": '"code"'}, "trust-code"),
        ({"../../x.svg": b""}, {}, "zip-path"),
        ({"static/x.svg": b"<svg><script/></svg>"}, {}, "svg-unsafe"),
        ({"tokens.css": b":root { --aero-text: #ffffff }"}, {}, "token-contrast"),
        ({}, {"extends": '"nowhere"'}, "extends-unknown"),
        ({}, {"extends": '"plum"'}, "extends-cycle"),
    ],
)
def test_a_hostile_archive_leaves_nothing_behind(tmp_path: Path, changes, values, rule):
    (tmp_path / "plum.zip").write_bytes(pack("plum", files(changes=changes, **values)))
    code, said = call("install", "plum.zip")
    assert (code, f" {rule}: " in said, (tmp_path / "var").exists()) == (1, True, False)


def test_pictures_are_drawn_anew_when_they_are_installed(tmp_path: Path):
    given = png() + b"<script>alert(1)</script>"
    (tmp_path / "plum.zip").write_bytes(pack("plum", files(changes={"static/img/x.png": given})))
    assert call("install", "plum.zip")[0] == 0
    kept = (tmp_path / "var/themes/plum/static/img/x.png").read_bytes()
    assert (kept[:4], b"script" in kept) == (b"\x89PNG", False)


def test_the_products_names_are_taken(tmp_path: Path):
    (tmp_path / "x.zip").write_bytes(pack("northwind", files("northwind")))
    assert call("install", "x.zip")[0] == 1
    assert "rename yours" in call("install", "x.zip")[1]


def test_the_shipped_themes_keep_the_rules():
    for folder in find_folders(Path("/nonexistent")).values():
        assert call("check", str(folder))[0] == 0
