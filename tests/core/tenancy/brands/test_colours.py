"""Colours: contrast as WCAG counts it, mixtures as stylesheets make them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostic.tenancy.brands.colours import contrast, darker, foreground, mix, normal, readable

colour = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def test_a_colour_is_kept_in_one_form():
    assert [normal("#ABC"), normal("#0B6E63")] == ["#aabbcc", "#0b6e63"]


@pytest.mark.parametrize("text", ["", "red", "#12", "#12345", "#1234567", "#12345g", "rgb(1,2,3)", "#123456;}"])
def test_anything_else_is_no_colour(text):
    with pytest.raises(ValueError, match="six hex digits"):
        normal(text)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#25d366", "#ffffff", 1.98),
        ("#0e7c66", "#ffffff", 5.13),
        ("#777777", "#777777", 1),
    ],
)
def test_contrast(one, other, ratio):
    assert round(contrast(one, other), 2) == ratio


def test_mixtures_go_from_one_colour_to_the_other():
    assert [mix("#0b6e63", "#ffffff", share) for share in (1, 0.5, 0)] == ["#0b6e63", "#8fb5ae", "#ffffff"]
    assert (mix("#b4441a", "#12203a", 0.14), darker("#0b6e63")) == ("#29283a", "#005d52")  # as a browser has them


@given(colour, colour)
def test_what_is_called_readable_is_readable(given_colour, ground):
    ink = "#000000" if contrast("#000000", ground) > contrast("#ffffff", ground) else "#ffffff"
    found = readable(given_colour, [ground], ink)
    assert found is not None
    assert contrast(found, ground) >= 4.5


def test_a_colour_that_can_be_read_is_left_alone():
    assert readable("#0b6e63", ["#ffffff"], "#000000") == "#0b6e63"


def test_no_ink_can_be_read_on_black_and_white_at_once():
    assert foreground(["#000000", "#ffffff"], ["#000000", "#ffffff", "#777777"]) is None
