"""An independent client, pywa, works against the emulator as it does against WhatsApp."""

import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import orjson
import pytest
from aerostic_emulator import seed
from aerostic_emulator.config import Config
from aerostic_emulator.running import in_thread
from aerostic_emulator.server import Emulator
from pywa import WhatsApp, types
from pywa.errors import ReEngagementMessage, WhatsAppError
from pywa.types import templates as t

from tests.plugins.aerostic_emulator.lab import FAST

CUSTOMER = "+4915112345678"


class Shop:
    """A pywa client with its webhook endpoint, and what its handlers saw."""

    def __init__(self, url: str) -> None:
        """Build the client and register handlers for everything the tests look at."""
        self.url = url
        self.seen: list[Any] = []
        session = httpx.Client(timeout=5)
        self.client = WhatsApp(
            phone_id=seed.PHONE_ID, token=seed.TOKEN, waba_id=seed.WABA_ID, session=session,
            app_id=seed.APP_ID, app_secret=seed.APP_SECRET, verify_token=seed.VERIFY_TOKEN, server=None,
        )  # fmt: skip
        session.base_url = f"{url}/v26.0"
        for listen in ("on_message", "on_message_status", "on_callback_button", "on_template_status_update",
                       "on_user_marketing_preferences"):  # fmt: skip
            getattr(self.client, listen)(lambda _, update: self.seen.append(update))

    def control(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Call the control API."""
        request = urllib.request.Request(f"{self.url}/_emulator/{path}", data=orjson.dumps(body) if body else None)
        with urllib.request.urlopen(request) as answer:
            return orjson.loads(answer.read())

    def settled(self) -> list[Any]:
        """Wait until every webhook was handled and return what the handlers saw."""
        assert self.control("idle") == {"idle": True}
        return self.seen


def endpoint(shop: Shop) -> type[BaseHTTPRequestHandler]:
    """Return a request handler that gives everything to pywa."""

    class Endpoint(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            challenge, code = shop.client.webhook_challenge_handler(
                query["hub.verify_token"][0], query["hub.challenge"][0]
            )
            self.reply(code, challenge or "")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            refusal = shop.client.webhook_update_validator(body, self.headers["X-Hub-Signature-256"])
            text, code = refusal or shop.client.webhook_update_handler(body)
            self.reply(code, text)

        def reply(self, code: int, text: str) -> None:
            self.send_response(code)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name it overrides
            """Say nothing."""

    return Endpoint


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Return a shop whose webhook endpoint is registered with its app by pywa itself."""
    emulator = Emulator(Config(**{**FAST, "batch_size": 1}))
    with in_thread(emulator) as url:
        shop = Shop(url)
        server = ThreadingHTTPServer(("127.0.0.1", 0), endpoint(shop))
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        serving.start()
        token = shop.client.get_app_access_token(int(seed.APP_ID), seed.APP_SECRET)
        callback = f"http://127.0.0.1:{server.server_address[1]}/"
        fields = ("messages", "message_template_status_update", "user_preferences")
        shop.client.set_app_callback_url(
            app_id=int(seed.APP_ID), app_access_token=token, callback_url=callback,
            verify_token=seed.VERIFY_TOKEN, fields=fields,
        )  # fmt: skip
        yield shop
        shop.client.api._session.close()
        server.shutdown()
        serving.join()
        server.server_close()


def test_it_sends_every_kind_of_message(shop: Shop, tmp_path: Path) -> None:
    wa, picture = shop.client, "https://pictures.example/a.jpg"
    rows = [types.SectionRow(title="First", callback_data="1")]
    sections = types.SectionList(button_title="Open", sections=[types.Section(title="One", rows=rows)])
    sent = [
        wa.send_message(CUSTOMER, "Hello"),
        wa.send_message(CUSTOMER, "Sure?", header="H", footer="F", buttons=[types.Button("Yes", callback_data="y")]),
        wa.send_message(CUSTOMER, "Choose", buttons=sections),
        wa.send_message(CUSTOMER, "Look", buttons=types.URLButton("Open", "https://shop.example")),
        wa.send_image(CUSTOMER, picture, caption="A picture"),
        wa.send_location(CUSTOMER, 1.5, 2.5, name="Here"),
        wa.request_location(CUSTOMER, "Where?"),
        wa.send_contact(CUSTOMER, types.Contact(name=types.Contact.Name(formatted_name="Ada", first_name="Ada"))),
        wa.send_product(CUSTOMER, "catalog", "sku", body="b"),
        wa.send_message("US.13491208655302741918", "by id"),
    ]
    listed = shop.control("record/messages")["data"]
    assert [message["wamid"] for message in listed] == [message.id for message in sent]
    assert [message["type"] for message in listed] == [
        "text", "interactive", "interactive", "interactive", "image", "location", "interactive", "contacts",
        "interactive", "text",
    ]  # fmt: skip


def test_it_sends_a_template_and_sees_its_statuses(shop: Shop) -> None:
    sent = shop.client.send_template(
        CUSTOMER, seed.MARKETING_TWO, t.TemplateLanguage.ENGLISH_US,
        [t.BodyText.params("Ada", "120"), t.QuickReplyButton.params(callback_data="stop", index=0),
         t.URLButton.params(url_variable="spring", index=1)],
        tracker="outbox-1",
    )  # fmt: skip
    seen = [(update.id, update.status.value, update.tracker) for update in shop.settled()]
    assert seen == [(sent.id, status, "outbox-1") for status in ("sent", "delivered", "read")]


def test_it_hears_messages_buttons_and_preferences(shop: Shop) -> None:
    wish = {"phone_number_id": seed.PHONE_ID, "from": CUSTOMER, "name": "Ada"}
    shop.control("inbound", {**wish, "text": {"body": "Grüße"}})
    shop.settled()
    button = {"payload": "stop", "text": "Stop promotions"}
    context = {"from": seed.PHONE, "id": "wamid.x"}
    shop.control("inbound", {**wish, "type": "button", "button": button, "context": context})
    shop.settled()
    shop.control("preferences", {**wish, "value": "stop"})
    message, pressed, preference = shop.settled()
    assert (message.text, message.from_user.name, message.from_user.wa_id) == ("Grüße", "Ada", CUSTOMER[1:])
    assert (pressed.data, pressed.title, bool(preference)) == ("stop", "Stop promotions", False)


def test_it_hears_from_a_customer_who_hides_the_phone(shop: Shop) -> None:
    wish = {"phone_number_id": seed.PHONE_ID, "user_id": "US.1349120865", "text": {"body": "Hi"}}
    shop.control("inbound", wish)
    message = shop.settled()[0]
    assert (message.from_user.bsuid, message.from_user.wa_id) == ("US.1349120865", None)


def test_it_reads_receipts_and_replies(shop: Shop) -> None:
    shop.control("inbound", {"phone_number_id": seed.PHONE_ID, "from": CUSTOMER, "text": {"body": "Hi"}})
    message = shop.settled()[0]
    message.mark_as_read()
    message.indicate_typing()
    message.reply("Hello")
    assert shop.control("record/counts")["accepted"] == 1


def test_it_uploads_downloads_and_deletes_media(shop: Shop) -> None:
    media = shop.client.upload_media(b"\xff\xd8 picture", mime_type="image/jpeg", filename="a.jpg")
    described = shop.client.get_media_url(media.id)
    assert shop.client.get_media_bytes(described.url) == b"\xff\xd8 picture"
    assert shop.client.delete_media(media.id).success is True
    with pytest.raises(WhatsAppError):
        shop.client.get_media_url(media.id)


def test_it_receives_media(shop: Shop) -> None:
    wish = {"phone_number_id": seed.PHONE_ID, "from": CUSTOMER, "type": "image", "image": {"data_base64": "aGk="}}
    shop.control("inbound", wish)
    assert shop.settled()[0].image.get_bytes() == b"hi"


def test_it_manages_templates(shop: Shop) -> None:
    wa = shop.client
    names = [template.name for template in wa.get_templates(statuses=[t.TemplateStatus.APPROVED])]
    body = t.BodyText("Hi {{1}}, your parcel is here.", "Ada")
    created = wa.create_template(
        t.Template(
            name="parcel",
            language=t.TemplateLanguage.ENGLISH_US,
            category=t.TemplateCategory.UTILITY,
            components=[body],
        )
    )
    update = shop.settled()[0]
    fetched = wa.get_template(created.id)
    deleted = wa.delete_template("parcel")
    approved = [name for _id, name, _category, status, _parts in seed.TEMPLATES if status == "APPROVED"]
    assert sorted(names) == sorted(approved)
    assert (update.template_name, update.new_status.value) == ("parcel", "APPROVED")
    assert (fetched.name, fetched.status.value, bool(deleted)) == ("parcel", "APPROVED", True)


def test_it_manages_numbers_and_the_account(shop: Shop) -> None:
    wa = shop.client
    numbers = [number.display_phone_number for number in wa.get_business_phone_numbers()]
    wa.update_business_profile(about="Open late")
    account = wa.get_business_account()
    assert (numbers, wa.get_business_phone_number().id) == ([seed.PHONE, seed.SECOND_PHONE], seed.PHONE_ID)
    assert (wa.get_business_profile().about, account.id) == ("Open late", seed.WABA_ID)


def test_it_adds_verifies_and_registers_a_number(shop: Shop) -> None:
    wa = shop.client
    added = wa.create_phone_number(country_calling_code="49", phone_number="15550009999", verified_name="Shop")
    wa.request_verification_code(code_method="SMS", language_code="en_US", phone_id=added.id)
    wa.verify_phone_number("123830", phone_id=added.id)
    wa.register_phone_number("123456", phone_id=added.id)
    assert wa.get_business_phone_number(phone_id=added.id).status == "CONNECTED"


def test_it_blocks_and_unblocks_a_customer(shop: Shop) -> None:
    wa = shop.client
    shop.control("inbound", {"phone_number_id": seed.PHONE_ID, "from": CUSTOMER, "text": {"body": "Hi"}})
    wa.block_users([CUSTOMER])
    blocked = [user.wa_id for user in wa.get_blocked_users()]
    wa.unblock_users([CUSTOMER])
    assert (blocked, list(wa.get_blocked_users())) == ([CUSTOMER[1:]], [])


def test_it_raises_its_own_error_for_ours(shop: Shop) -> None:
    with pytest.raises(ReEngagementMessage):
        shop.control("faults", {"kind": "error", "code": 131047, "count": 1})
        shop.client.send_message(CUSTOMER, "Hello")
