"""What a marketer does in the browser: bring people in, say what they get, send it; by what a person finds on the page."""

import re
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

PATIENCE = 150_000  # holds are closed once a minute, after the last status
TABS = 120


def bring_in(page: Page, base: str, folder: Path, phones: Sequence[str]) -> None:
    """Import people, the last row being one that cannot be taken, and look at what came of it."""
    rows = [f"{phone},Person {n},yes" for n, phone in enumerate(phones)]
    table = folder / "people.csv"
    table.write_text("\n".join(["phone,name,consent", *rows, "+49,Broken,yes"]), encoding="utf-8")
    page.goto(f"{base}/contacts/imports/new")
    page.set_input_files("input[type=file]", table)
    page.get_by_role("button", name="Upload and go on").click()
    page.get_by_role("button", name="Check the first rows").click()
    page.get_by_role("button", name="Start the import").click()
    expect(page.locator("main")).to_contain_text("Finished", timeout=PATIENCE)


def draft(page: Page, name: str) -> None:
    """From an import's end to the last step of the campaign with those people."""
    page.get_by_role("link", name="Make a campaign with them").click()
    page.get_by_label("Name of the campaign").fill(name)
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("button", name=re.compile("spring_sale")).click()
    page.get_by_label("Take", exact=True).select_option(label="The person's name")
    page.get_by_label("Where it is missing").fill("there")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_label("As soon as it is launched")).to_be_checked()
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("link", name="Go on").click(timeout=PATIENCE)


def figure(page: Page, title: str) -> Locator:
    """The number of a tile of the live page."""
    return page.locator(".kpi-card", has=page.locator(f".subheader:text-is('{title}')")).locator(".kpi-value")


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until something has the focus: what no Tab reaches, nobody without a mouse can use."""
    expect(target).to_be_visible()
    for _ in range(TABS):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} is not reached in {TABS} steps")
