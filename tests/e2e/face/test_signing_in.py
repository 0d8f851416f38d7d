"""Signing in, in a browser: without a mouse, with a wrong password, and with a role that may not do what one wants."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

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
