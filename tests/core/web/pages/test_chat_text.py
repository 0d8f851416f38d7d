"""Words with the marks people know from their phones, as HTML that holds nothing else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from aerostic.web.pages.chat_text import chat_text

TAGS = re.compile(r"</?(?:strong|em|s|code|a)(?: [^<>]*)?>")


@pytest.mark.parametrize(
    ("words", "html"),
    [
        ("*bold* and _slanted_ and ~gone~", "<strong>bold</strong> and <em>slanted</em> and <s>gone</s>"),
        ("`code` and ```more *code*```", "<code>code</code> and <code>more *code*</code>"),
        ("2*3*4 and snake_case_name", "2*3*4 and snake_case_name"),
        ("* not bold * and *\nneither*", "* not bold * and *\nneither*"),
        ("*<b>*", "<strong>&lt;b&gt;</strong>"),
        ("javascript:alert(1)", "javascript:alert(1)"),
    ],
)
def test_marks(words, html):
    assert chat_text(words) == html


def test_addresses_become_links_without_the_marks_around_them():
    found = chat_text("see https://shop.example/a_b_c?x=1&y=2.")
    link = (
        '<a href="https://shop.example/a_b_c?x=1&amp;y=2" target="_blank" rel="noopener nofollow ugc">'
        "https://shop.example/a_b_c?x=1&amp;y=2</a>"
    )
    assert found == f"see {link}."


@given(st.text(alphabet="ab*_~`<>&\"' \nhtps:/.=", max_size=60))
def test_nothing_but_our_own_marks_is_html(words):
    rest = TAGS.sub("", chat_text(words))
    assert "<" not in rest and ">" not in rest and '"' not in rest


@given(st.text(alphabet="abc <>&\"'", max_size=40))
def test_words_without_marks_stay_as_they_are(words):
    assert chat_text(words) == escape(words)
