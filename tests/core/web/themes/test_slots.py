"""Slots: text, listed variables, `if` and listed filters; whatever else Jinja and HTML can do is refused by name."""

import pytest

from aerostic.web.themes.slots import check, draw

VALUES = {"brand": {"name": "Tern & Co", "support_email": "", "legal": "<b>x</b>"}, "links": {}, "year": "2030"}


def broken(source: str, path: str = "slots/footer.html") -> list[str]:
    return [finding.rule for finding in check(path, source.encode(), {"promise": None})]


@pytest.mark.parametrize(
    "source",
    [
        "<p>© {{ year }} <strong>{{ brand.name|upper }}</strong></p>",
        "{% if links.terms and not links.privacy %}<a href='{{ links.terms }}'>Terms</a>{% else %}–{% endif %}",
        "{% if brand.support_email %}a{% elif year %}b{% endif %}",
        "{{ options.promise|default('Hello') }}",
        '<a href="mailto:{{ brand.support_email }}" title="Mail">Mail</a><br>',
        "{# a remark #}plain",
    ],
)
def test_what_is_listed_is_taken(source):
    assert broken(source) == []


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("{% for a in brand %}x{% endfor %}", "slot-statement"),
        ("{% include 'layouts/app.html' %}", "slot-statement"),
        ("{% set a = year %}", "slot-statement"),
        ("{% macro a() %}{% endmacro %}", "slot-statement"),
        ("{% if year %}" * 6 + "{% endif %}" * 6, "slot-statement"),
        ("{{ brand.name() }}", "slot-call"),
        ("{{ range(9) }}", "slot-call"),
        ("{{ brand['name'] }}", "slot-subscript"),
        ("{{ year[:2] }}", "slot-subscript"),
        ("{{ year ~ year }}", "slot-arithmetic"),
        ("{{ 'a' * 10000 }}", "slot-arithmetic"),
        ("{% if year == '2030' %}{% endif %}", "slot-arithmetic"),
        ("{{ [year] }}", "slot-arithmetic"),
        ("{{ config }}", "slot-name"),
        ("{{ brand.password_hash }}", "slot-name"),
        ("{{ brand.name.__class__ }}", "slot-name"),
        ("{{ options.other }}", "slot-name"),
        ("{{ year|safe }}", "slot-filter"),
        ("{{ year|default(year) }}", "slot-filter"),
        ("{{ year|default(*year) }}", "slot-filter"),
        ("{{ year", "slot-syntax"),
        ("x" * 21_000, "slot-size"),
        ("<script>alert(1)</script>", "slot-html"),
        ("<p onclick='x'>", "slot-html"),
        ("<p hx-get='/x'>", "slot-html"),
        ("<p style='color:red'>", "slot-html"),
        ("<form action='/x'>", "slot-html"),
        ("<iframe src='/x'>", "slot-html"),
        ("<img src='https://evil.example/x.png'>", "slot-html"),
        ("<a href='javascript:alert(1)'>", "slot-html"),
        ("<!-- [if IE] -->", "slot-html"),
        ("<{{ year }} onclick='x'>", "slot-html"),
    ],
)
def test_what_is_not_listed_is_refused(source, rule):
    assert set(broken(source)) == {rule}


def test_a_finding_tells_the_line():
    [finding] = check("slots/footer.html", b"<p>\n{{ year }}\n</p>\n<p\n onclick='x'>", {})
    assert (finding.line, str(finding)) == (
        4,
        "slots/footer.html:4: slot-html: The attribute `onclick` is not taken. Use plain text elements and links:"
        " no scripts, forms, frames, styles or htmx attributes.",
    )


def test_values_are_escaped_in_html_and_left_alone_in_text():
    assert draw("<p>{{ brand.name }} {{ brand.legal }}</p>", VALUES, html=True) == (
        "<p>Tern &amp; Co &lt;b&gt;x&lt;/b&gt;</p>"
    )
    assert draw("{{ brand.name }} {{ brand.legal }}\n", VALUES, html=False) == "Tern & Co <b>x</b>"


def test_what_slips_into_a_link_is_cleaned_when_it_is_drawn():
    values = {"links": {"terms": "javascript:alert(1)"}}
    assert draw('<a href="{{ links.terms }}">T</a>', values, html=True) == '<a rel="noopener">T</a>'
