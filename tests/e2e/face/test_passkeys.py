"""Passkeys in a browser that has an authenticator of its own: adding one, signing in with it, removing it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.face.visitor import Visitor

pytestmark = pytest.mark.chromium
PERSON = "marketer@maple.example"
PASSWORD = "lantern-river-demo"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
Visit = Callable[..., Visitor]


def give_authenticator(page: Page) -> None:
    client = page.context.new_cdp_session(page)
    client.send("WebAuthn.enable")
    client.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def sign_in(page: Page) -> None:
    page.get_by_label("E-mail").fill(PERSON)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Home", timeout=30_000)


def sign_in_with_passkey(visitor: Visitor) -> Page:
    visitor.page.context.clear_cookies()
    page = visitor.open("/sign-in")
    page.get_by_role("button", name="Sign in with a passkey").click()
    return page


def test_a_passkey_signs_in_until_it_is_removed(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open("/sign-in")
    give_authenticator(page)
    sign_in(page)
    visitor.open("/profile/passkeys")
    page.get_by_label("Your password now").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name").fill("This laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("listitem").filter(has_text="This laptop")).to_be_visible()

    sign_in_with_passkey(visitor)
    expect(page.get_by_role("heading", level=1)).to_have_text("Home", timeout=30_000)
    assert visitor.troubles == []

    visitor.open("/profile/passkeys")
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("This laptop")).to_have_count(0)
    sign_in_with_passkey(visitor)
    expect(page.get_by_text("That passkey is not known here.")).to_be_visible()


def test_a_device_without_one_says_so_and_the_password_still_works(visit: Visit) -> None:
    visitor = visit()
    page = visitor.open("/sign-in")
    give_authenticator(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("Your device has shown no passkey for this address.")).to_be_visible()
    sign_in(page)
