"""The builder when it is made hard: a server that is killed in the middle of a save, two browsers, a very long flow."""

from collections.abc import Callable, Iterator

import psutil
import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.face.conftest import Demo
from tests.e2e.face.test_builder import OWNER, STEP, draft_of, is_saved, new_flow
from tests.e2e.face.test_builder_runs import many, opened, published
from tests.e2e.face.visitor import PASSWORD, Visitor
from tests.support.browser import another

pytestmark = pytest.mark.chromium
Visit = Callable[..., Visitor]
PATIENCE = 60_000
LONG = 300
# The most that a flow of so many steps may take to open, beyond what an empty one takes in the same run.
SECONDS = 3.0


@pytest.fixture
def second(browser: Browser) -> Iterator[Browser]:
    """Another browser: of its own process, and with nothing in common."""
    with another(browser) as second:
        yield second


def web(demo: Demo) -> list[psutil.Process]:
    """The process that answers for pages, and its workers."""
    return [one for one in demo.process.family() if _command(one)[-1:] == ["web"]]


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:  # it has ended
        return []


def test_a_server_that_is_killed_while_it_saves_costs_nothing_that_was_typed(demo: Demo, visit: Visit) -> None:
    visitor = visit(OWNER)
    page = visitor.open(new_flow(visitor, "Killed"))
    page.get_by_role("button", name="A message comes in").click()
    page.get_by_role("button", name="Send text").click()
    is_saved(page)
    saves: list[str] = []

    def save(route: Route) -> None:
        """The server dies with the first save in its hands: it has come, and is not looked at any more. It is started again."""
        saves.append(route.request.url)
        dying = web(demo) if len(saves) == 1 else []
        for one in dying:
            one.suspend()
        route.continue_()
        for one in dying:
            one.kill()

    page.route("**/builder/save", save)
    text = page.get_by_label("Text", exact=True)
    text.fill("Typed before the end, ")
    expect(page.locator("[data-save]")).not_to_have_attribute("data-save", "saved")
    text.press_sequentially("and while nobody answered.")
    expect(page.locator("[data-save]")).to_have_attribute("data-save", "saved", timeout=PATIENCE)
    assert len(saves) > 1
    document = draft_of(page)["document"]
    assert isinstance(document, dict)
    assert document["nodes"][1]["config"] == {"text": "Typed before the end, and while nobody answered."}
    page.reload()
    expect(page.locator(STEP).nth(1)).to_contain_text("Typed before the end, and while nobody answered.")


def signed_in(browser: Browser, demo: Demo) -> Page:
    """The owner, in a browser of their own."""
    page = browser.new_context(locale="en").new_page()
    page.goto(demo.url("app", "/sign-in"))
    page.get_by_label("E-mail").fill(OWNER)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


def test_in_two_browsers_one_draws_and_the_other_sees_it_then_takes_over(
    demo: Demo, visit: Visit, second: Browser
) -> None:
    visitor = visit(OWNER)
    address = new_flow(visitor, "Two browsers")
    first = visitor.open(address)
    first.locator(".palette").wait_for()
    other = signed_in(second, demo)
    other.goto(demo.url("app", address))
    expect(other.get_by_role("button", name="Take over")).to_be_visible()
    first.get_by_role("button", name="A message comes in").click()
    is_saved(first)
    expect(other.locator(STEP)).to_contain_text("A message comes in", timeout=PATIENCE)
    other.get_by_role("button", name="Take over").click()
    other.get_by_role("button", name="Send text").click()
    other.get_by_label("Text", exact=True).fill("From the second")
    is_saved(other)
    expect(first.locator(STEP)).to_have_count(2, timeout=PATIENCE)
    assert first.locator(".palette").count() == 0
    assert draft_of(first)["document"] == draft_of(other)["document"]


def test_a_flow_of_three_hundred_steps_opens_about_as_fast_as_an_empty_one(visit: Visit) -> None:
    visitor = visit(OWNER)
    empty, long = new_flow(visitor, "Nothing"), f"{published(visitor, 'Three hundred', many(LONG))}/builder"
    visitor.open(empty)  # what both have in common is in the browser then
    page = visitor.open(empty)
    page.locator(".start").wait_for()
    reference = float(page.evaluate("performance.now()")) / 1_000
    took = opened(visitor.open(long))
    print(f"empty: {reference:.2f} s, {LONG} steps: {took:.2f} s")
    assert took - reference < SECONDS
    assert visitor.troubles == []
