"""Runs in the builder, in a browser: tried out in the phone, a path that is watched and replayed, heat, two versions."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.face.test_builder import LOOKS, OWNER, STEP, draft_of, is_saved, new_flow
from tests.e2e.face.visitor import Visitor

pytestmark = pytest.mark.chromium
Visit = Callable[..., Visitor]
# A circle that is gone around twice, then waits: n counts, and goes back to the trigger's next step until it is 2.
LOOP: dict[str, Any] = {
    "format": 1,
    "nodes": [
        {"id": "in", "kind": "logic.called"},
        {"id": "n", "kind": "logic.set", "config": {"name": "n", "value": "{{ (vars.n | default(0)) + 1 }}"}},
        {"id": "ask", "kind": "logic.wait", "config": {"amount": 1, "unit": "minutes"}, "at": {"x": 300, "y": 0}},
    ],
    "edges": [{"source": "in", "target": "n"}, {"source": "n", "target": "ask"}],
}
SAVE = """async ([document, act]) => {
    const now = await (await fetch(location.pathname + '/now')).json();
    const asked = {method: 'POST', headers: {'Content-Type': 'application/json', 'X-CSRFToken': now.token}};
    const saved = await fetch(location.pathname + '/save',
        {...asked, body: JSON.stringify({document, revision: now.revision})});
    const {revision} = await saved.json();
    return (await fetch(location.pathname + '/publish', {...asked, body: JSON.stringify({revision})})).status;
}"""


def published(visitor: Visitor, name: str, document: dict[str, Any]) -> str:
    """The address of a published flow."""
    address = new_flow(visitor, name)
    page = visitor.open(address)
    page.locator(".stage").wait_for()
    assert page.evaluate(SAVE, [document, name]) == 200
    return address.removesuffix("/builder")


def run_of(visitor: Visitor, flow: str) -> str:
    """The address of a new run."""
    page = visitor.open(flow)
    page.get_by_role("button", name="Start a run").click()
    page.wait_for_url(re.compile("/runs/"))
    return page.url.removeprefix(visitor.base)


def test_a_flow_is_tried_out_in_the_phone_before_it_is_published(visit: Visit) -> None:
    visitor = visit(OWNER)
    page = visitor.open(new_flow(visitor, "Tried out"))
    page.get_by_role("button", name="A message comes in").click()
    page.get_by_role("button", name="Ask a question").click()
    page.get_by_label("Question", exact=True).fill("What is your name?")
    is_saved(page)
    page.get_by_role("button", name="Test", exact=True).click()
    page.get_by_label("What the contact writes").fill("hello")
    page.keyboard.press("Enter")
    talk = page.get_by_role("log")
    expect(talk).to_contain_text("What is your name?")
    page.get_by_label("What the contact writes").fill("Grace")
    page.keyboard.press("Enter")
    expect(talk).to_contain_text("The run has ended.")
    expect(page.locator(".way-number")).to_have_text(["1"])
    assert visitor.axe() == []
    assert (draft_of(page)["published"], visitor.troubles) == (None, [])


def test_the_path_of_a_run_is_watched_live_gone_along_and_replayed(visit: Visit) -> None:
    visitor, other = visit(OWNER), visit(OWNER)
    run = run_of(visitor, published(visitor, "Watched", LOOP))
    page = visitor.open(f"{run}/path")
    expect(page.locator("[data-run]")).to_have_attribute("data-run", "waiting")
    expect(page.locator(".way-number")).to_have_text(["1", "2"])
    expect(page.locator(".step-list > li")).to_have_count(3)
    page.get_by_role("button", name="To the first step").click()
    expect(page.locator(".way-number")).to_have_text(["1"])
    page.get_by_role("button", name="One step on").click()
    expect(page.locator(f"{STEP} .step-now")).to_contain_text("Set a variable")
    page.get_by_label("Replay on").select_option("Version 1")
    expect(page.get_by_role("status").filter(has_text="The paths part at step 4.")).to_be_visible()
    page.get_by_label("Replay on").select_option("Draft")
    there = other.open(run)
    there.get_by_role("button", name="Cancel").click()
    there.get_by_role("button", name="Cancel the run").click()
    expect(page.locator("[data-run]")).to_have_attribute("data-run", "cancelled", timeout=10_000)
    assert visitor.troubles == []


@pytest.mark.parametrize("seen", LOOKS, ids=["light", "dark", "ar", "phone"])
def test_everybody_can_look_at_runs_and_versions(visit: Visit, seen: dict[str, object]) -> None:
    maker = visit(OWNER)
    flow = published(maker, f"Seen {sorted(seen)}", LOOP)
    run = run_of(maker, flow)
    visitor = visit(OWNER, **seen)
    found = []
    for path in (f"{run}/path", f"{flow}/heat", f"{flow}/compare?from=1&to=0"):
        page = visitor.open(path)
        page.locator(f"{STEP}, .outline-step").first.wait_for()
        found += [f"{path}: {one}" for one in visitor.axe()]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"):
            found.append(f"{path}: wider than the screen")
    assert (found, visitor.troubles) == ([], [])


def many(count: int) -> dict[str, Any]:
    """A long flow."""
    nodes = [
        {"id": f"s{at}", "kind": "logic.set", "config": {"name": "x", "value": str(at)}, "at": _spot(at)}
        for at in range(count)
    ]
    edges = [{"source": f"s{at - 1}" if at else "in", "target": f"s{at}"} for at in range(count)]
    return {"format": 1, "nodes": [{"id": "in", "kind": "logic.called"}, *nodes], "edges": edges}


def _spot(at: int) -> dict[str, int]:
    return {"x": 304 * (at % 20 + 1), "y": 128 * (at // 20)}


def opened(page: Page) -> float:
    """Seconds from asking for the page to the first step on the canvas."""
    page.locator(STEP).first.wait_for()
    return float(page.evaluate("performance.now()")) / 1_000


def test_a_flow_of_three_hundred_steps_can_be_used(visit: Visit) -> None:
    visitor = visit(OWNER)
    flow = published(visitor, "Long", many(300))
    page = visitor.open(f"{flow}/builder")
    print(f"opened in {opened(page):.1f} s")
    page.keyboard.press("Control+f")
    page.keyboard.type("250.")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Value (optional)")).to_have_value("248")
    assert visitor.troubles == []


TALK: dict[str, Any] = {
    "format": 1,
    "nodes": [
        {
            "id": "in",
            "kind": "messages.received",
            "config": {"which": "keyword", "words": ["lighthouse"], "whole": True},
        },
        {"id": "ask", "kind": "messages.ask", "config": {"text": "Which one, please?"}, "at": {"x": 304, "y": 0}},
        {
            "id": "hi",
            "kind": "messages.text",
            "config": {"text": "You chose {{ vars.answer }}."},
            "at": {"x": 608, "y": 0},
        },
    ],
    "edges": [{"source": "in", "target": "ask"}, {"source": "ask", "target": "hi"}],
}
PATIENCE = 60_000


def test_a_customer_is_played_on_the_emulators_phone_and_the_run_watched_live(visit: Visit) -> None:
    visitor = visit(OWNER)
    flow = published(visitor, "Lighthouse", TALK)
    phone = visit(host="emulator").open("/")
    phone.get_by_role("button", name="New customer").click()
    phone.get_by_label("Phone number").fill("+49 151 23450017")
    phone.get_by_role("button", name="Open the chat").click()
    write = phone.get_by_label("Message to the business")
    write.fill("lighthouse")
    write.press("Enter")
    expect(phone.locator("#messages")).to_contain_text("Which one, please?", timeout=PATIENCE)
    page = visitor.open(f"/p/flows/runs?flow={flow.rpartition('/')[2]}")
    address = page.locator("main a.row-link").first.get_attribute("href")
    page = visitor.open(f"{address}/path")
    expect(page.locator("[data-run]")).to_have_attribute("data-run", "waiting")
    expect(page.locator(".way-number")).to_have_text(["1"])
    write.fill("The red one")
    write.press("Enter")
    expect(page.locator("[data-run]")).to_have_attribute("data-run", "ended", timeout=PATIENCE)
    expect(page.locator(".way-number")).to_have_text(["1", "2"])
    page = visitor.open(f"{address}/path")
    expect(page.locator(".step-list > li")).to_have_count(4)
    assert visitor.troubles == []
