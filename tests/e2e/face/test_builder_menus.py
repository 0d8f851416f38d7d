"""What can be done with what is chosen: menus by mouse and by key, lines, switching off; and what is told before publishing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.face.test_builder import LOOKS, OWNER, STEP, WAY, draft_of, is_saved
from tests.e2e.face.test_builder_runs import published
from tests.e2e.face.visitor import Visitor

pytestmark = pytest.mark.chromium
Visit = Callable[..., Visitor]
THREE: dict[str, Any] = {
    "format": 1,
    "nodes": [
        # Not to answer what other tests of the same demo write.
        {
            "id": "in",
            "kind": "messages.received",
            "config": {"which": "keyword", "words": ["tea please"], "whole": True},
        },
        {"id": "ask", "kind": "messages.ask", "config": {"text": "Tea?"}, "at": {"x": 304, "y": 64}},
        {"id": "hi", "kind": "messages.text", "config": {"text": "Well, {{ vars.answer }}"}, "at": {"x": 912, "y": 16}},
    ],
    "edges": [{"source": "in", "target": "ask"}, {"source": "ask", "target": "hi"}],
}


@pytest.fixture
def page(visit: Visit) -> Page:
    visitor = visit(OWNER)
    page = visitor.open(f"{published(visitor, 'Three', THREE)}/builder")
    page.locator(STEP).nth(2).wait_for()
    return page


def drawn(page: Page) -> dict[str, Any]:
    """The document, once it is saved."""
    is_saved(page)
    found = draft_of(page)["document"]
    assert isinstance(found, dict)
    return found


def test_a_step_is_switched_off_from_its_menu_and_on_again_by_a_key(page: Page) -> None:
    page.locator(STEP).nth(1).click(button="right")
    menu = page.get_by_role("menu")
    menu.get_by_role("menuitem", name="Switch off or on").click()
    expect(menu).to_have_count(0)
    expect(page.locator(f"{STEP} .step-off")).to_contain_text("Ask a question")
    assert [node.get("off") for node in drawn(page)["nodes"]] == [None, True, None]
    page.locator(STEP).nth(1).click()
    page.keyboard.press("x")
    expect(page.locator(f"{STEP} .step-off")).to_have_count(0)


def test_the_menu_key_opens_the_menu_of_the_step_that_has_the_focus(page: Page) -> None:
    page.locator(STEP).nth(1).click()
    page.locator(STEP).nth(1).focus()
    page.keyboard.press("ContextMenu")
    menu = page.get_by_role("menu")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(page.locator(STEP).nth(1)).to_be_focused()
    page.keyboard.press("ContextMenu")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page.locator(WAY)).to_have_count(1)
    assert [(one["source"], one["target"]) for one in drawn(page)["edges"]] == [("in", "hi")]


def test_a_connection_and_the_ground_have_menus_of_their_own(page: Page) -> None:
    page.locator(WAY).first.click(button="right", force=True)
    page.get_by_role("menuitem", name="Cut this connection").click()
    expect(page.locator(WAY)).to_have_count(1)
    page.locator(".react-flow__pane").click(button="right", position={"x": 200, "y": 480})
    page.get_by_role("menuitem", name=re.compile("Put a note")).click()
    assert (len(drawn(page)["notes"]), len(drawn(page)["edges"])) == (1, 1)


def test_what_is_chosen_is_put_in_line_and_spread(page: Page) -> None:
    page.keyboard.press("Control+a")
    page.get_by_role("button", name="Line up in a row").click()
    page.keyboard.press("Shift+ArrowRight")
    spots = [node.get("at", {}) for node in drawn(page)["nodes"]]
    assert [(spot.get("x", 0), spot.get("y", 0)) for spot in spots] == [(0, 0), (464, 0), (912, 0)]


def test_before_publishing_it_tells_what_has_changed(page: Page) -> None:
    page.locator(STEP).nth(2).click()
    page.get_by_label("Text", exact=True).fill("Good, {{ vars.answer }}")
    page.keyboard.press("Escape")
    drawn(page)
    page.keyboard.press("Control+Shift+p")
    told = page.get_by_role("region", name="What changed")
    expect(told).to_contain_text("Since version 1")
    expect(told).to_contain_text("Well, {{ vars.answer }} Good, {{ vars.answer }}")


# What is pressed, what opens by it, and what closes it again.
OPENED = [
    ("ContextMenu", "[role=menu]", "Escape"),
    ("Control+a", ".of-many", "Escape"),
    ("p", "dialog[open]", "Escape"),
    ("Control+Shift+p", "dialog[open] .difference", "Escape"),
    ("?", "dialog[open]", "Escape"),
    ("Control+Enter", ".phone-panel", "Control+Enter"),
]


@pytest.mark.parametrize("seen", LOOKS[:3], ids=["light", "dark", "ar"])
def test_everybody_can_use_what_opens(visit: Visit, seen: dict[str, object]) -> None:
    maker, visitor = visit(OWNER), visit(OWNER, **seen)
    flow = published(maker, "Opened", THREE)
    maker.open("/p/flows/")
    page = visitor.open(f"{flow}/builder")
    page.locator(STEP).nth(1).click()
    page.keyboard.press("Delete")
    expect(page.locator("[data-save]")).to_have_attribute("data-save", "saved", timeout=20_000)
    found = []
    for pressed, opens, closes in OPENED:
        page.locator(STEP).first.focus()
        page.keyboard.press(pressed)
        page.locator(opens).wait_for()
        found += visitor.axe()
        page.keyboard.press(closes)
        expect(page.locator(opens)).to_have_count(0)
    assert (found, visitor.troubles) == ([], [])
