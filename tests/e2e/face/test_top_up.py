"""A whole top-up in a browser: chosen, paid at the stand-in for Stripe, credited by its webhook, on the list with its invoice."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.e2e.face.conftest import Demo
from tests.e2e.face.visitor import Visitor

pytestmark = pytest.mark.chromium
Visit = Callable[..., Visitor]
OWNER = "owner@harbour.example"


def test_a_top_up_from_the_wallet_and_back_with_an_invoice_and_a_refund(visit: Visit, demo: Demo) -> None:
    visitor = visit(OWNER)
    page = visitor.open("/wallet")
    page.get_by_role("link", name="Top up").click()
    assert visitor.axe() == []
    page.get_by_label("$100.00").check(force=True)
    page.get_by_role("button", name="Go on to pay").click()
    page.wait_for_url("**/c/pay/**")
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_role("alert")).to_contain_text("declined")
    page.get_by_role("button", name="Pay", exact=True).click()
    expect(page.get_by_text("Thank you. $100.00 were added.")).to_be_visible()
    visitor.open("/wallet")
    expect(page.locator("#wallet")).to_contain_text("+$100.00")
    visitor.open("/wallet/payments")
    assert visitor.axe() == []
    with page.expect_download() as download:
        page.get_by_role("link", name="INV-").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")

    elsewhere = page.context.new_page()
    elsewhere.goto(demo.url("stripe"))
    elsewhere.get_by_role("button", name="Refund half").click()
    # The page is told, and fetches itself anew.
    expect(page.locator("#payments")).to_contain_text("$50.00 given back")
    expect(page.get_by_role("link", name="CN-")).to_be_visible()
    assert visitor.troubles == []


def test_who_turns_back_has_paid_nothing(visit: Visit) -> None:
    visitor = visit(OWNER)
    page = visitor.open("/wallet/top-up")
    page.get_by_label("Or your own amount").fill("12.50")
    page.get_by_role("button", name="Go on to pay").click()
    page.get_by_role("link", name="Back").click()
    expect(page.get_by_text("Nothing was paid")).to_be_visible()
    page.get_by_role("link", name="Go on to pay").click()
    page.wait_for_url("**/c/pay/**")
    page.get_by_role("button", name="Pay by bank debit").click()
    expect(page.get_by_text("We wait for the confirmation")).to_be_visible()
