"""tokens.css: values are taken, everything else that CSS can do is refused by a rule with a name."""

import pytest

from aerostic.web.themes.tokens import MOST_BYTES, Tokens, read, unreadable


def broken(css: str) -> list[tuple[str, int]]:
    return [(finding.rule, finding.line) for finding in read(css)[1] if not finding.warning]


def test_values_are_read_for_both_modes():
    tokens, findings = read(
        ":root { --aero-text: #123; --aero-radius: 4px }\n[data-bs-theme=dark] { --aero-text: #ABCDEF }"
    )
    assert (tokens, findings) == (Tokens({"text": "#123", "radius": "4px"}, {"text": "#ABCDEF"}), [])


@pytest.mark.parametrize(
    ("css", "rule"),
    [
        ("body { --aero-text: #123456 }", "token-selector"),
        (":root, a { --aero-text: #123456 }", "token-selector"),
        (":root { a { --aero-text: #123456 } }", "token-selector"),
        ("@import 'x.css';", "token-rule"),
        ("@media print { :root { --aero-text: #123456 } }", "token-rule"),
        (":root { color: #123456 }", "token-property"),
        (":root { --tblr-primary: #123456 }", "token-property"),
        (":root { --aero-own: #123456 }", "token-unknown"),
        (":root { --aero-text: url(https://evil.example/x) }", "token-function"),
        (":root { --aero-text: var(--aero-link) }", "token-function"),
        (":root { --aero-font: attr(title) }", "token-function"),
        (":root { --aero-text: red }", "token-value"),
        (":root { --aero-text: #123456 !important }", "token-value"),
        (":root { --aero-radius: 17px }", "token-value"),
        (':root { --aero-font: "a\\"}body{" }', "token-value"),
        (":root { --aero-text #123456 }", "token-syntax"),
        (":root { --aero-text: #123456 } }", "token-syntax"),
        ("/*" + "x" * MOST_BYTES, "token-size"),
    ],
)
def test_what_is_no_plain_value_is_refused(css, rule):
    assert [name for name, _ in broken(css)] == [rule]


def test_a_finding_tells_the_line():
    assert broken(":root {\n  --aero-text: #123456;\n  color: #123456\n}") == [("token-property", 3)]


def test_a_colour_of_one_mode_only_is_a_warning():
    assert [(item.rule, item.warning) for item in read(":root { --aero-text: #123456 }")[1]] == [("token-mode", True)]


def test_what_was_refused_is_no_value():
    assert read(":root { --aero-text: red; color: #fff; --aero-link: #00f }")[0].css() == ":root{--aero-link:#00f;}\n"


def test_words_that_cannot_be_read_are_found_in_each_mode():
    tokens = Tokens({"text": "#777777", "surface": "#ffffff"}, {"surface": "#000000"})
    assert [item.text for item in unreadable(tokens)] == [
        "In light mode --aero-text on --aero-surface has a contrast of 4.48."
    ]


def test_a_childs_values_stand_over_its_parents():
    parent, child = Tokens({"text": "#111111", "link": "#222222"}, {"text": "#eeeeee"}), Tokens({"text": "#333333"})
    assert child.over(parent) == Tokens({"text": "#333333", "link": "#222222"}, {"text": "#eeeeee"})
