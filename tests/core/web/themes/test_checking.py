"""A whole theme: files, manifest, trust, words; each breach by the name of its rule."""

from pathlib import Path

import pytest

from aerostic.web.themes import rules as rule_list
from aerostic.web.themes.checking import check
from aerostic.web.themes.files import read_folder
from tests.core.web.themes.support import files, manifest, png, rules


def test_a_theme_that_keeps_the_rules_has_no_findings():
    assert check("plum", files()) == (check("plum", files())[0], [])


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"theme.toml": None}, "manifest-missing"),
        ({"theme.toml": b"schema = "}, "manifest-syntax"),
        ({"theme.toml": b"\xff"}, "manifest-syntax"),
        ({"notes.doc": b"x"}, "file-place"),
        ({"scripts/app.js": b"x"}, "file-place"),
        ({"static/app.js": b"x"}, "file-type"),
        ({"static/style.css": b"x"}, "file-type"),
        ({"static/page.html": b"x"}, "file-type"),
        ({"static/img/Logo.png": png()}, "file-name"),
        ({"static/../x.png": png()}, "file-name"),
        ({"static/.hidden.png": png()}, "file-name"),
        ({"static/img/x.png": b"<svg/>"}, "file-magic"),
        ({"static/font/x.woff2": b"wOFF"}, "file-magic"),
        ({"static/img/x.png": png()[:40]}, "image-broken"),
        ({"static/img/x.png": png(5000, 1)}, "image-broken"),
        ({"static/font/x.woff2": b"wOF2" + bytes(2 * 1024 * 1024)}, "file-size"),
        ({f"static/font/{n}.woff2": b"wOF2" + bytes(2_000_000) for n in range(3)}, "theme-size"),
        ({f"static/img/{n}.svg": b"<svg/>" for n in range(201)}, "file-count"),
        ({"static/img/x.svg": b"<svg><script/></svg>"}, "svg-unsafe"),
        ({"slots/other.html": b"x"}, "slot-unknown"),
        ({"locale/xx.toml": b""}, "wording-language"),
        ({"locale/de.toml": b'warning = "x"'}, "wording-key"),
        ({"locale/de.toml": b'team = "<b>"'}, "wording-text"),
        ({"locale/de.toml": b"team = 1"}, "wording-text"),
        ({"locale/de.toml": b"team"}, "wording-syntax"),
    ],
)
def test_a_file_that_breaks_a_rule_is_refused(changes, rule):
    assert rules(changes) == [rule]


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ({"schema": "2"}, "manifest-value"),
        ({"colour": '"red"'}, "manifest-value"),
        ({"app": '">=99"'}, "app-version"),
        ({"app": '"whatever"'}, "manifest-value"),
        ({"extends": '""'}, "extends-unknown"),
        ({"trust": '"tokens"'}, "trust-slots"),
    ],
)
def test_a_manifest_that_breaks_a_rule_is_refused(values, rule):
    assert rules(**values) == [rule]


@pytest.mark.parametrize("name", ["Plum", "p", "../plum", "cherry"])
def test_folder_and_name_are_the_same_and_plain(name):
    assert rules({"theme.toml": manifest(name)}) == ["manifest-name"]


def test_a_font_that_the_manifest_names_has_to_be_there():
    font = '[{family = "Plum", file = "font/plum.woff2", licence = "OFL-1.1"}]'
    assert rules(fonts=font) == ["manifest-value"]
    assert rules({"static/font/plum.woff2": b"wOF2"}, fonts=font) == []


def test_templates_need_the_operators_trust_and_never_come_from_elsewhere():
    page = {"templates/app/home.html": b"{% extends '@default/app/home.html' %}"}
    assert rules(page) == ["trust-templates"]
    assert rules(page, trust='"code"') == []
    assert rules(page, trust='"code"', uploaded=True) == ["trust-code"]
    assert rules(trust='"code"', uploaded=True) == ["trust-code"]


@pytest.mark.parametrize("name", ["platform/overview.html", "reseller/tenants.html", "layouts/console.html"])
def test_consoles_look_the_same_in_every_theme(name):
    assert rules({f"templates/{name}": b""}, trust='"code"') == ["template-protected"]


@pytest.mark.parametrize("name", ["parts/support_bar.html", "support/refused.html"])
def test_no_theme_hides_that_staff_work_for_somebody_else(name):
    assert rules({f"templates/{name}": b""}, trust='"code"') == ["template-protected"]


@pytest.mark.parametrize("name", ["mail/appeal.html", "anomaly/mail/incident.html"])
def test_mail_is_the_products_and_the_plugins_in_every_theme(name):
    assert rules({f"templates/{name}": b""}, trust='"code"') == ["template-protected"]


def test_a_template_that_jinja_cannot_read_is_refused():
    assert rules({"templates/app/home.html": b"{% block %}"}, trust='"code"') == ["template-syntax"]


def test_a_template_whose_original_has_changed_is_a_warning():
    changes = {"templates/app/home.html": b""}
    findings = check("plum", files(changes=changes, trust='"code"', overrides='{"app/home.html" = "0123"}'))[1]
    assert [(finding.rule, finding.warning) for finding in findings] == [("template-changed", True)]
    now = findings[0].text.split()[-2]
    again = files(changes=changes, trust='"code"', overrides=f'{{"app/home.html" = "{now}"}}')
    assert check("plum", again)[1] == []


def test_links_in_a_folder_are_named_and_not_followed(tmp_path: Path):
    (tmp_path / "tokens.css").symlink_to("/etc/passwd")
    found, findings = read_folder(tmp_path)
    assert (found, [finding.rule for finding in findings]) == ({}, ["file-link"])


def test_every_rule_is_in_the_documents():
    text = (Path(__file__).parents[4] / "docs" / "themes.md").read_text()
    assert [name for name in rule_list.RULES if f"`{name}`" not in text] == []
