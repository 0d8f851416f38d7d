"""Colours of a brand: whatever a reseller chooses, words can be read, or the colour is refused."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostic.tenancy.brands.brand import Look
from aerostic.tenancy.brands.colours import contrast, darker
from aerostic.web.brands.look import HINTS, PROBLEMS, shades
from aerostic.web.themes.catalogue import SHIPPED, Catalogue, find_folders
from aerostic.web.themes.chains import tokens_of
from aerostic.web.themes.tokens import unreadable

colour = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
CHAINS = {name: Catalogue(find_folders(SHIPPED)).chain(name) for name in ("default", "northwind")}
DEFAULT = tokens_of(CHAINS["default"])


@pytest.mark.parametrize("theme", CHAINS)
@given(primary=st.just("") | colour, sidebar=st.just("") | colour, accent=colour)
def test_whatever_is_chosen_words_can_be_read_or_the_colour_is_refused(theme, primary, sidebar, accent):
    base = tokens_of(CHAINS[theme])
    found = shades(Look(primary, accent, sidebar), base)
    whole = found.tokens().over(base)
    assert set(found.problems) <= {"primary", "sidebar"}
    if not found.problems:
        assert list(unreadable(whole)) == []
        for values in whole.modes().values():
            assert contrast(values["primary-fg"], darker(values["primary"])) >= 4.5


def test_a_colour_that_is_too_light_for_words_keeps_its_buttons_and_darkens_its_links():
    found = shades(Look(primary="#25d366"), DEFAULT)
    assert (found.light["primary"], found.light["primary-fg"], found.light["link"]) == ("#25d366", "#001004", "#13823c")
    assert (found.problems, found.hints) == ({}, {"primary": HINTS["primary"]})


def test_a_colour_that_words_can_be_read_in_is_used_as_it_is():
    found = shades(Look(primary="#0e7c66", radius=0, font="mono"), DEFAULT)
    assert (found.light["link"], found.light["radius"], found.hints) == ("#0e7c66", "0px", {})


def test_a_rail_that_no_words_can_be_read_on_is_refused():
    assert shades(Look(sidebar="#757575"), DEFAULT).problems == {"sidebar": PROBLEMS["sidebar"]}


def test_buttons_that_no_words_can_be_read_on_are_refused():
    assert shades(Look(primary="#808080"), DEFAULT).problems == {"primary": PROBLEMS["primary"]}


def test_a_light_rail_is_for_light_mode_only():
    found = shades(Look(sidebar="#ffe9d6"), DEFAULT)
    assert (found.light["sidebar-bg"], found.dark["sidebar-bg"]) == ("#ffe9d6", DEFAULT.dark["sidebar-bg"])
    assert found.hints == {"sidebar": HINTS["sidebar"]}


def test_what_was_left_empty_is_the_themes():
    assert shades(Look(), DEFAULT).tokens().css() == ""


def test_the_page_bundle_is_made_of_the_default_themes_tokens():
    css = Path(SHIPPED).parent / "frontend" / "src" / "aero.css"
    assert '@import "../../themes/default/tokens.css";' in css.read_text()
