"""The main job in a browser, as each role: bring people in, send them a campaign, watch it, and answer who writes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.emulator import Emulator
from tests.e2e.face.conftest import Demo
from tests.e2e.face.marketer import PATIENCE, bring_in, draft, figure, tab_to
from tests.e2e.face.visitor import Visitor

pytestmark = pytest.mark.chromium
Visit = Callable[..., Visitor]
OWNER, ADMIN, MARKETER, AGENT, VIEWER = (
    f"{role}@maple.example" for role in ("owner", "admin", "marketer", "agent", "viewer")
)
PLATFORM, RESELLER = "platform@aerostic.example", "reseller@northwind.example"
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def emulator(demo: Demo) -> Iterator[Emulator]:
    """The provider: everybody reads what they get, unless a test says otherwise."""
    found = Emulator(f"http://127.0.0.1:{demo.port + 3}")
    found.behave(mix={"read": 1.0}, latency_ms=[50, 100], duplicates=0, reordering=0, duplicate_posts=0)
    yield found
    found.calm()


def phones(prefix: str, count: int) -> list[str]:
    """Mobile numbers of Germany."""
    return [f"+4915{prefix}{n:06d}" for n in range(count)]


def launch(page: Page) -> None:
    """Launch from the last step, and arrive at the live page."""
    page.get_by_role("button", name="Launch it").click()
    expect(page.locator("#progress")).to_be_visible()


def test_a_marketer_sends_a_campaign_pauses_it_and_sees_what_came_back(
    visit: Visit, emulator: Emulator, tmp_path: Path
) -> None:
    emulator.behave(mix={"read": 0.7, "failed:131026": 0.3}, latency_ms=[50, 100])
    visitor = visit(MARKETER)
    page = visitor.page
    bring_in(page, visitor.base, tmp_path, phones("112", 400))
    expect(page.locator("main")).to_contain_text("400")
    draft(page, "Pause and go on")
    expect(page.locator("main")).to_contain_text("400 people get it")
    emulator.fault("slow", delay_s=2, seconds=6)
    launch(page)
    page.get_by_role("button", name="Pause").click(timeout=PATIENCE)
    expect(page.locator("#progress")).to_contain_text("Paused")
    page.get_by_role("button", name="Resume").click()
    expect(page.locator("#progress")).to_contain_text("Finished", timeout=PATIENCE)
    expect(figure(page, "Sent")).to_have_text("400")
    failed = sum(
        one["outcome"].startswith("failed") for one in emulator.ask("GET", "record/messages?limit=5000")["data"]
    )
    assert failed > 0
    expect(page.locator("#money")).to_be_visible()
    expect(page.locator("dt", has_text="Still held").locator("+ dd")).to_have_text("$0.00", timeout=PATIENCE)
    expect(page.locator("dt", has_text="Refunded: failed").locator("+ dd")).not_to_have_text("$0.00")
    page.goto(visitor.address("/wallet"))
    expect(page.locator("main")).to_contain_text("Refund")
    assert visitor.troubles == []


def test_an_admin_with_a_phone_cancels_a_campaign_and_what_was_not_sent_is_given_back(
    visit: Visit, emulator: Emulator, tmp_path: Path
) -> None:
    visitor = visit(ADMIN, **PHONE)
    page = visitor.page
    bring_in(page, visitor.base, tmp_path, phones("113", 400))
    draft(page, "Stopped half way")
    emulator.fault("slow", delay_s=2, seconds=60)
    launch(page)
    page.get_by_role("button", name="Cancel").click(timeout=PATIENCE)
    page.get_by_role("dialog").get_by_role("button", name="Cancel what is left").click()
    expect(page.locator("#progress")).to_contain_text("Cancelled", timeout=PATIENCE)
    expect(page.locator("dt", has_text="Given back: not sent").locator("+ dd")).not_to_have_text("$0.00")
    emulator.calm()
    expect(page.locator("dt", has_text="Still held").locator("+ dd")).to_have_text("$0.00", timeout=PATIENCE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
    assert visitor.troubles == []


def test_an_owner_sends_without_a_mouse(visit: Visit, emulator: Emulator) -> None:
    visitor = visit(OWNER)
    page = visitor.open("/p/campaigns/new")

    def type_into(label: str, words: str) -> None:
        tab_to(page, page.get_by_label(label).first)
        page.keyboard.type(words)

    def press(role: str, name: str) -> None:
        tab_to(page, page.get_by_role(role, name=name).first)
        page.keyboard.press("Enter")

    type_into("Name of the campaign", "Without a mouse")
    tab_to(page, page.locator("[name=any_tags]").first)
    page.keyboard.press("Space")
    press("button", "Save and go on")
    press("button", "spring_sale")
    type_into("Take", "The person's name")
    type_into("Where it is missing", "there")
    press("button", "Save and go on")
    press("button", "Save and go on")
    expect(page.get_by_role("link", name="Go on")).to_be_visible(timeout=PATIENCE)
    press("link", "Go on")
    press("button", "Launch it")
    expect(page.locator("#progress")).to_contain_text("Finished", timeout=PATIENCE)
    assert visitor.troubles == []


def test_a_customer_writes_and_an_agent_answers_from_the_keyboard(visit: Visit, emulator: Emulator) -> None:
    phone = visit(host="emulator").open("/")
    phone.locator("#people a.person").first.click()
    name = phone.locator(".chat-who strong").inner_text()
    phone.get_by_label("Message to the business").fill("Do you have it in blue?")
    phone.keyboard.press("Enter")
    agent = visit(AGENT)
    page = agent.open("/conversations")
    talk = page.locator("#talks a", has_text="Do you have it in blue?")
    expect(talk).to_be_visible(timeout=PATIENCE)
    expect(talk).to_contain_text(name)
    tab_to(page, talk)
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_label("Your message"))
    page.keyboard.type("Yes, and in green.")
    tab_to(page, page.get_by_role("button", name="Send", exact=True))
    page.keyboard.press("Enter")
    expect(phone.locator("#messages")).to_contain_text("Yes, and in green.", timeout=PATIENCE)
    expect(page.locator(".said-out").last.locator(".said-foot")).to_contain_text("Read", timeout=PATIENCE)
    assert agent.troubles == []


def test_a_viewer_watches_and_can_change_nothing(visit: Visit) -> None:
    visitor = visit(VIEWER)
    page = visitor.open("/p/campaigns/")
    page.get_by_role("link", name="Welcome offer").click()
    expect(page.locator("#progress")).to_contain_text("Finished")
    expect(figure(page, "Sent")).not_to_have_text("0")
    assert page.locator("main form[method=post]").count() == 0
    assert visitor.troubles == []


def test_reseller_and_platform_see_the_shop_and_what_it_has_left(visit: Visit) -> None:
    for email, host, path in ((RESELLER, "northwind", "/reseller"), (PLATFORM, "admin", "/tenants")):
        visitor = visit(email, host)
        page = visitor.open(path)
        page.get_by_role("link", name="Maple Street Shop").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Maple Street Shop")
        expect(page.locator("main")).to_contain_text("$")
        assert visitor.troubles == []
