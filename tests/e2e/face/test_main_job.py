"""The main job in a browser, as the people do it whose job it is: import, campaign, watch, pause, resume, refunds, answers."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.face.visitor import PASSWORD, Visitor

pytestmark = pytest.mark.chromium
Visit = Callable[..., Visitor]


def test_signing_in_takes_no_mouse(visit: Visit) -> None:
    page = visit().open("/sign-in")
    page.keyboard.type("agent@maple.example")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")


def test_a_wrong_password_is_told_and_the_address_is_kept(visit: Visit) -> None:
    page = visit().open("/sign-in")
    page.get_by_label("E-mail").fill("agent@maple.example")
    page.get_by_label("Password", exact=True).fill("not this one")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("The address or the password is wrong")
    expect(page.get_by_label("E-mail")).to_have_value("agent@maple.example")


def test_an_agent_may_not_make_campaigns_and_is_told_whom_to_ask(visit: Visit) -> None:
    visitor = visit("agent@maple.example")
    page = visitor.open("/p/campaigns/new")
    expect(page.get_by_role("heading", level=1)).to_have_text("You may not do this")
    expect(page.locator("main")).to_contain_text("ask an owner or admin")


def import_people(page: Page, visitor: Visitor, folder: Path, count: int) -> None:
    """Import a file by its pages: upload, columns, the first rows, the result."""
    people = "".join(f"+4915199{n:06d},Person {n},yes\n" for n in range(count))
    file = folder / "people.csv"
    file.write_text(f"phone,name,consent\n{people}+49,Broken,yes\n")
    visitor.open("/contacts/imports/new")
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Upload and go on").click()
    page.get_by_role("button", name="Check the first rows").click()
    expect(page.locator("main")).to_contain_text("Broken")
    page.get_by_role("button", name="Start the import").click()
    expect(page.locator("main")).to_contain_text("Finished", timeout=60_000)
    expect(page.locator("main")).to_contain_text("Digits are missing")


def make_campaign(page: Page, name: str) -> None:
    """From the page of an import to the review of a campaign to its people, through the wizard's steps."""
    page.get_by_role("link", name="Make a campaign with them").click()
    page.get_by_label("Name of the campaign").fill(name)
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("button", name=re.compile("spring_sale")).click()
    page.get_by_label("Take", exact=True).select_option("name")
    page.get_by_label("Where it is missing").fill("there")
    expect(page.locator("#phone")).to_contain_text("Person 0")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator("main")).to_contain_text("What it costs", timeout=60_000)


@pytest.mark.kill
def test_the_main_job_of_a_marketer(visit: Visit, tmp_path: Path) -> None:
    visitor = visit("marketer@maple.example")
    page = visitor.page
    page.set_default_timeout(60_000)
    import_people(page, visitor, tmp_path, 30)
    make_campaign(page, "Main job")
    page.get_by_role("link", name="Go on").click()
    page.get_by_role("button", name="Launch it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Main job")
    expect(page.locator("main")).to_contain_text("30 of 30", timeout=60_000)
    assert visitor.troubles == []
