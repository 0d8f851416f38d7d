"""A conversation in a real browser: what comes in joins what is there, and what is half typed is never lost."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.serving import make_server

from tests.core.messaging.conversations.talk import Talk
from tests.core.web.app.conversations import HOST, path, visit
from tests.support.browser import chromium
from tests.support.factories import make_template

pytestmark = pytest.mark.chromium
SECONDS = 60
LIVE = "selector => document.querySelector(selector).dispatchEvent(new Event('live'))"
TO_END = "list => list.scrollHeight - list.scrollTop - list.clientHeight"


@pytest.fixture
def talk(app: Flask) -> Talk:
    """A contact who has written fifty messages."""
    made = Talk.begin()
    for number in range(50):
        made.hear(f"word {number}.", ago=timedelta(minutes=60 - number))
    return made


@pytest.fixture
def page(app: Flask, talk: Talk) -> Iterator[Page]:
    """The conversation as its owner sees it; an error of a script or of the content policy fails the test."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    cookie = "; ".join(f"{c.key}={c.value}" for c in visit(app, talk.tenant_id)._cookies.values())
    wrong: list[str] = []
    with chromium() as browser:
        page = browser.new_page(
            base_url=f"http://{HOST}:{server.server_port}",
            viewport={"width": 1280, "height": 800},
            extra_http_headers={"Cookie": cookie},
        )
        page.set_default_timeout(SECONDS * 1000)
        expect.set_options(timeout=SECONDS * 1000)
        # There is no live server here: the notices it would send are made by hand.
        page.route("**/live?*", lambda route: route.fulfill(content_type="text/event-stream", body="retry: 60000\n\n"))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(path(talk), wait_until="networkidle")
        yield page
        page.wait_for_load_state("networkidle")  # what is cut off half way stays open in the server
    server.shutdown()
    thread.join()
    server.server_close()
    assert wrong == []


def test_a_new_message_joins_and_what_is_half_typed_stays(page: Page, talk: Talk) -> None:
    messages = page.locator(".talk-messages")
    assert messages.evaluate(TO_END) < 1
    page.fill("#words", "half typed")
    talk.hear("fresh word.")
    for part in ("#newest", "#standing", "#talks"):
        page.evaluate(LIVE, part)
    expect(page.locator("#entries .said-text").last).to_have_text("fresh word.")
    expect(page.locator("#words")).to_have_value("half typed")
    expect(page.locator("#words")).to_be_focused()
    assert messages.evaluate(TO_END) < 1
    page.reload()
    expect(page.locator("#words")).to_have_value("half typed")


def test_older_messages_come_on_demand_and_stay_when_new_ones_come(page: Page, talk: Talk) -> None:
    expect(page.locator(".said")).to_have_count(40)
    page.get_by_role("link", name="Older messages").click()
    expect(page.locator(".said")).to_have_count(50)
    talk.hear("fresh word.")
    page.evaluate(LIVE, "#newest")
    expect(page.locator(".said")).to_have_count(51)
    assert page.locator(".said-text").first.inner_text() == "word 0."


def test_an_answer_leaves_by_the_keyboard_and_its_draft_with_it(page: Page) -> None:
    page.fill("#words", "We are.")
    page.press("#words", "Control+Enter")
    expect(page.locator(".said-out .said-text")).to_have_text("We are.")
    expect(page.locator("#words")).to_have_value("")


def test_a_template_is_chosen_and_shown_as_it_is_filled_in(page: Page, talk: Talk) -> None:
    made = make_template(talk.tenant_id, talk.account)
    page.get_by_role("link", name="Send a template").click()
    page.wait_for_load_state("networkidle")
    page.select_option("select[name=template]", str(made.id))
    expect(page.locator("#filled .said-text")).to_have_text("Hello Ada, a word from us.")
    page.fill(".talk-template [name=value]", "Grace")
    expect(page.locator("#filled .said-text")).to_have_text("Hello Grace, a word from us.")
    page.get_by_role("button", name="Send the template").click()
    expect(page.locator(".said-out .said-text")).to_have_text("Hello Grace, a word from us.")


def test_the_list_narrows_while_a_name_is_typed(page: Page) -> None:
    page.locator(".talk-search [name=q]").press_sequentially("nobody")
    expect(page.locator("#talks")).to_contain_text("Nothing matches")
    page.locator(".talk-search [name=q]").fill("ada")
    expect(page.locator("#talks li")).to_have_count(1)
