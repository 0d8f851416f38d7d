"""The phone in a real browser: a person reads, presses, writes, reacts, blocks; and the console steers."""

import json
import re
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from aerostic_emulator import seed
from aerostic_emulator.config import Config
from aerostic_emulator.running import in_thread
from aerostic_emulator.server import Emulator
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import chromium

pytestmark = pytest.mark.chromium
PERSON = "4915112345678"
CHAT = f"#{seed.PHONE_ID}/{PERSON}"
FAST: dict[str, Any] = {"sent_ms": (0, 1), "delivered_ms": (0, 1), "read_ms": (0, 1), "window": False, "retry_s": [],
                        "keep_bodies": True}  # fmt: skip


class House:
    """A running emulator and what it is asked to do."""

    def __init__(self, url: str) -> None:
        """Keep the address."""
        self.url = url

    def call(self, path: str, body: Any = None) -> Any:
        """Call the Graph or the control API."""
        headers = {"Authorization": f"Bearer {seed.TOKEN}", "Content-Type": "application/json"}
        data = json.dumps(body).encode() if body is not None else None
        with urllib.request.urlopen(urllib.request.Request(f"{self.url}/{path}", data, headers)) as answer:
            return json.load(answer)

    def send(self, kind: str, content: Any, to: str = PERSON) -> str:
        """Send a message to a person and return its id."""
        whole = {"messaging_product": "whatsapp", "to": f"+{to}", "type": kind, kind: content}
        return str(self.call(f"{seed.PHONE_ID}/messages", whole)["messages"][0]["id"])

    def statuses(self) -> list[str]:
        """Return the statuses of all messages."""
        return [row["status"] for row in self.call("_emulator/record/messages")["data"]]

    def heard(self) -> list[dict[str, Any]]:
        """Return what people wrote, as the webhooks say it."""
        bodies = [json.loads(row["body"]) for row in self.call("_emulator/record/webhooks")["data"]]
        values = [change["value"] for body in bodies for entry in body["entry"] for change in entry["changes"]]
        return [message for value in values for message in value.get("messages", [])]


@pytest.fixture
def house() -> Iterator[House]:
    """An emulator whose webhooks are kept and go nowhere."""
    emulator = Emulator(Config(**FAST))
    emulator.world.state.apps[seed.APP_ID].callback_url = "http://127.0.0.1:9/hook"
    with in_thread(emulator) as url:
        yield House(url)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all tests here; each has a context of its own."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(house: House, browser: Browser) -> Iterator[Page]:
    """A tab with the page; what the console of the browser says is an error."""
    said: list[str] = []
    context = browser.new_context(base_url=house.url.replace("127.0.0.1", "emulator.localhost"))
    tab = context.new_page()
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    yield tab
    context.close()
    assert said == []


def open_chat(page: Page) -> None:
    """Hold the person's phone."""
    page.goto(f"/{CHAT}")
    expect(page.get_by_text("Live", exact=True)).to_be_visible()


def test_a_new_customer_writes_and_the_business_hears_it(house: House, page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="New customer").click()
    page.get_by_label("Phone number", exact=True).fill("+49 151 12345678")
    page.get_by_label("Name", exact=True).fill("Ada")
    page.get_by_role("button", name="Open the chat").click()
    field = page.get_by_label("Message to the business")
    field.fill("Are you *open*?")
    field.press("Enter")
    expect(page.locator(".mine strong")).to_have_text("open")
    expect(page.get_by_role("link", name="Ada")).to_be_visible()
    assert [(message["from"], message["text"]["body"]) for message in house.heard()] == [(PERSON, "Are you *open*?")]


def test_markup_in_messages_and_names_stays_text(house: House, page: Page) -> None:
    nasty = "<script>document.title='owned'</script><img src=x onerror=alert(1)> javascript:alert(1) *<b>x</b>*"
    house.call("_emulator/inbound", {"phone_number_id": seed.PHONE_ID, "from": f"+{PERSON}", "name": nasty[:60],
                                     "text": {"body": nasty}})  # fmt: skip
    house.send("text", {"body": nasty})
    house.send("document", {"link": "https://x.example/<b>", "filename": nasty})
    open_chat(page)
    expect(page.locator(".theirs .text").first).to_contain_text("<script>document.title='owned'</script><img src=x")
    expect(page.locator("#people bdi").first).to_have_text(nasty[:60])
    assert page.locator("#screen script, #screen b, #screen img[src='x'], #people script").count() == 0
    assert page.locator("#screen a[href^='javascript']").count() == 0


def test_a_quick_reply_is_pressed_once(house: House, page: Page) -> None:
    parameters = [{"type": "text", "text": "Ada"}]
    wamid = house.send("template", {"name": seed.MARKETING, "language": {"code": "en_US"},
                                    "components": [{"type": "body", "parameters": parameters}]})  # fmt: skip
    open_chat(page)
    expect(page.get_by_text("Hi Ada, our spring sale is on.").last).to_be_visible()
    button = page.get_by_role("button", name="Stop promotions")
    button.click()
    expect(button).to_be_disabled()
    expect(page.locator(".mine .quote")).to_contain_text("our spring sale is on")
    pressed = house.heard()[0]
    assert (pressed["button"], pressed["context"]) == (
        {"payload": "Stop promotions", "text": "Stop promotions"}, {"from": seed.PHONE, "id": wamid}
    )  # fmt: skip


def test_a_row_of_a_list_is_chosen_by_keyboard(house: House, page: Page) -> None:
    rows = [{"id": "g", "title": "Granola", "description": "With oats"}, {"id": "j", "title": "Jam"}]
    action = {"button": "Boxes", "sections": [{"title": "Sweet", "rows": rows}]}
    wamid = house.send("interactive", {"type": "list", "body": {"text": "Which one?"}, "action": action})
    open_chat(page)
    page.get_by_role("button", name="Boxes").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="Boxes")).to_be_visible()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator(".mine .text")).to_contain_text("Granola")
    reply = {"type": "list_reply", "list_reply": rows[0]}
    assert [(m["interactive"], m["context"]["id"]) for m in house.heard()] == [(reply, wamid)]


def test_a_reply_a_reaction_and_escape(house: House, page: Page) -> None:
    wamid = house.send("text", {"body": "Shall we come at five?"})
    open_chat(page)
    page.get_by_role("button", name="Reply or react").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Reply or react").click()
    page.get_by_role("button", name="React 👍").click()
    expect(page.get_by_role("img", name="You reacted 👍")).to_be_visible()
    page.get_by_role("button", name="Reply or react").click()
    page.get_by_role("button", name="Reply", exact=True).click()
    page.keyboard.type("Five is fine")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".mine .quote")).to_contain_text("Shall we come at five?")
    reaction, reply = house.heard()
    assert reaction["reaction"] == {"message_id": wamid, "emoji": "👍"}
    assert (reply["text"], reply["context"]) == ({"body": "Five is fine"}, {"from": seed.PHONE, "id": wamid})


def test_a_photo_a_document_and_a_place_are_sent(house: House, page: Page) -> None:
    open_chat(page)
    page.locator("#photo-file").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": b"\x89PNG not really"}
    )
    page.locator("#document-file").set_input_files(
        {"name": "bill.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"}
    )
    page.get_by_label("Attach").click()
    page.get_by_role("button", name="Location").click()
    page.get_by_role("button", name="Send this place").click()
    expect(page.locator(".mine")).to_have_count(3)
    expect(page.locator(".place")).to_contain_text("Market Square")
    heard = {message["type"]: message[message["type"]] for message in house.heard()}
    assert (heard["image"]["mime_type"], heard["document"]["filename"]) == ("image/png", "bill.pdf")
    assert heard["location"]["latitude"] == 52.52


def test_messages_come_by_themselves_and_are_read_only_when_looked_at(house: House, page: Page) -> None:
    house.call("_emulator/chats", {"phone_number_id": seed.PHONE_ID, "phone": f"+{PERSON}", "name": "Ada"})
    page.goto("/")
    house.send("text", {"body": "Hello Ada"})
    person = page.get_by_role("link", name=re.compile("Ada.*Hello Ada.*1 unread", re.DOTALL))
    expect(person).to_be_visible()
    assert house.statuses() == ["delivered"]
    person.click()
    expect(page.locator(".theirs .text")).to_contain_text("Hello Ada")
    expect(page.locator(".theirs .meta").get_by_role("img", name="The business knows: read")).to_be_visible()
    house.send("text", {"body": "Still there?"})
    expect(page.locator("#announcer")).to_have_text("Emulated business: Still there?")
    expect(page.get_by_role("img", name="The business knows: read")).to_have_count(2)
    assert house.statuses() == ["read", "read"]


def test_a_person_blocks_and_unblocks_the_business(house: House, page: Page) -> None:
    open_chat(page)
    page.get_by_role("button", name="Business info").first.click()
    page.get_by_role("button", name="Block Its messages").click()
    expect(page.get_by_role("button", name="Unblock", exact=True)).to_be_visible()
    house.send("text", {"body": "Hello?"})
    expect(page.get_by_text("Sent, but not on the phone")).to_be_visible()
    page.get_by_role("button", name="Unblock", exact=True).click()
    expect(page.get_by_label("Message to the business")).to_be_visible()
    assert house.statuses() == ["sent"]


def test_offers_are_stopped_and_stop_is_written(house: House, page: Page) -> None:
    open_chat(page)
    page.get_by_role("button", name="Business info").first.click()
    page.get_by_role("button", name="Stop offers").click()
    expect(page.get_by_role("button", name="Resume marketing")).to_be_visible()
    page.get_by_role("button", name="Business info").first.click()
    page.get_by_role("button", name="Write “STOP”").click()
    expect(page.locator(".mine .text")).to_contain_text("STOP")
    kinds = [row["kind"] for row in house.call("_emulator/record/webhooks")["data"]]
    assert kinds == ["user_preferences", "messages"]


def test_the_console_steers_outcomes_faults_and_the_clock(house: House, page: Page) -> None:
    house.send("text", {"body": "Hello"})
    open_chat(page)
    page.get_by_label("What becomes of messages to this person").select_option("failed:131026")
    page.get_by_role("button", name="Use a realistic mix").click()
    expect(page.get_by_label("Percent: Reads it")).to_have_value("52")
    page.get_by_label("What goes wrong").select_option("status")
    page.get_by_label("Times").fill("1")
    page.get_by_role("button", name="Start the fault").click()
    expect(page.get_by_text("An error page of a proxy 503")).to_be_visible()
    page.get_by_role("heading", name="Webhooks and time").click()
    page.get_by_role("button", name="+1 day").click()
    expect(page.get_by_text("24 h 0 min ahead")).to_be_visible()
    with pytest.raises(urllib.error.HTTPError):
        house.send("text", {"body": "Lost"})
    expect(page.get_by_text("An error page of a proxy 503")).to_have_count(0)
    house.send("text", {"body": "Hello again"})
    expect(page.get_by_text("Failed 131026: Message undeliverable")).to_be_visible()
    assert house.call("_emulator/clock")["offset_s"] == 86400


def test_the_console_changes_a_number_and_a_template(house: House, page: Page) -> None:
    page.goto("/")
    page.get_by_role("heading", name="Business number").click()
    page.get_by_label("Quality", exact=True).select_option("RED")
    page.get_by_role("heading", name="Templates").click()
    page.get_by_label("Status of spring_sale, en_US").select_option("PAUSED")
    expect(page.get_by_label("Status of spring_sale, en_US")).to_have_value("PAUSED")
    state = house.call("_emulator/state")
    assert (state["numbers"][0]["quality_rating"], state["templates"][0]["status"]) == ("RED", "PAUSED")


def test_on_a_narrow_screen_list_chat_and_console_take_turns(house: House, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    house.send("text", {"body": "Hello"})
    page.goto("/")
    page.get_by_role("link", name="+49 151").click()
    expect(page.get_by_label("Search people")).not_to_be_visible()
    expect(page.get_by_label("Message to the business")).to_be_visible()
    page.get_by_role("button", name="Console").click()
    expect(page.get_by_label("What becomes of messages to this person")).to_be_visible()
    page.get_by_role("button", name="Close the console").click()
    page.get_by_role("link", name="Back to the people").click()
    expect(page.get_by_label("Search people")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_page_recovers_when_the_emulator_forgets_everything(house: House, page: Page) -> None:
    house.send("text", {"body": "Hello"})
    open_chat(page)
    expect(page.locator(".theirs")).to_have_count(1)
    house.call("_emulator/reset", {})
    expect(page.locator(".theirs")).to_have_count(0)
    expect(page.get_by_text("Nobody yet.")).to_be_visible()
