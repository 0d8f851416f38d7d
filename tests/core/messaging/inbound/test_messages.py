"""Messages from people: once each, in a conversation, with STOP acted on."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from psycopg import Connection
from sqlalchemy import select

from aerostic.db import service_scope, transaction
from aerostic.messaging.inbound.consumer import WebhookConsumer
from aerostic.messaging.models import Contact, Conversation, Message
from tests.core.messaging.inbound.shop import NOON, Shop
from tests.support.factories import make_contact

STATUSES = service_scope("statuses")
NOON_TIME = datetime.fromtimestamp(NOON, UTC)


@pytest.fixture
def shop(app: Flask) -> Shop:
    return Shop.open()


@pytest.fixture
def consumer(app: Flask) -> WebhookConsumer:
    return WebhookConsumer(app)


def all_of(model: type, shop: Shop) -> list:
    with transaction(STATUSES) as session:
        return list(session.scalars(select(model).where(model.tenant_id == shop.tenant_id).order_by(model.id)))


def test_a_message_is_kept_with_its_contact_and_opens_the_window(shop: Shop, consumer: WebhookConsumer) -> None:
    people = [{"wa_id": "16505551234", "user_id": "US.1", "profile": {"name": "Ada"}}]
    body = shop.body(shop.value(messages=[shop.said("Hello", id_="wamid.1")], contacts=people))
    consumer.process([shop.entry(body)])
    (message,), (contact,), (conversation,) = (all_of(model, shop) for model in (Message, Contact, Conversation))
    assert (message.direction, message.state, message.kind, message.provider_id) == (
        "in",
        "received",
        "text",
        "wamid.1",
    )
    assert message.content == {"type": "text", "text": {"body": "Hello"}}
    assert (contact.phone, contact.name) == ("+16505551234", "Ada")
    assert (message.contact_id, message.conversation_id) == (contact.id, conversation.id)
    assert conversation.window_until == NOON_TIME + timedelta(hours=24)


def test_a_person_known_by_a_user_id_only_has_a_contact_without_phone(shop: Shop, consumer: WebhookConsumer) -> None:
    said = {**shop.said("Hi"), "from": None, "from_user_id": "BR.42"}
    consumer.process(shop.entries(said, {**said, "id": "wamid.2"}, name="messages"))
    (contact,) = all_of(Contact, shop)
    assert (contact.phone, contact.country) == (None, "BR")
    assert len(all_of(Message, shop)) == 2


def test_an_answer_points_at_what_it_answers(shop: Shop, consumer: WebhookConsumer) -> None:
    (sent,) = shop.send()
    said = shop.said("Yes please", context={"id": f"wamid.{sent.hex}"})
    consumer.process(shop.entries(said, name="messages"))
    (answer,) = [message for message in all_of(Message, shop) if message.direction == "in"]
    assert answer.details == {"reply_to": str(sent)}


def test_an_older_message_that_comes_late_does_not_shorten_the_window(shop: Shop, consumer: WebhookConsumer) -> None:
    consumer.process(shop.entries(shop.said("New", at=60), name="messages"))
    consumer.process(shop.entries(shop.said("Old", at=0), name="messages"))
    (conversation,) = all_of(Conversation, shop)
    assert conversation.window_until == NOON_TIME + timedelta(hours=24, seconds=60)


def test_what_the_provider_says_opens_no_window(shop: Shop, consumer: WebhookConsumer) -> None:
    system = {**shop.said(""), "type": "system", "system": {"type": "customer_identity_changed"}}
    consumer.process(shop.entries(system, name="messages"))
    (conversation,) = all_of(Conversation, shop)
    assert conversation.window_until is None


def test_stop_withdraws_and_start_takes_it_back(shop: Shop, consumer: WebhookConsumer, admin: Connection) -> None:
    contact = make_contact(shop.tenant_id, "+16505551234")
    consumer.process(shop.entries(shop.said("STOP"), name="messages"))
    assert [each.marketing for each in all_of(Contact, shop)] == ["withdrawn"]
    consumer.process(shop.entries(shop.said("start", at=5), name="messages"))
    assert [each.marketing for each in all_of(Contact, shop)] == ["granted"]
    query = "SELECT type FROM outbox WHERE data->>'contact_id' = %s AND type LIKE 'contact.%%' ORDER BY position"
    assert [kind for (kind,) in admin.execute(query, [str(contact.id)])] == ["contact.opted_out", "contact.opted_in"]


def test_the_providers_own_switch_counts(shop: Shop, consumer: WebhookConsumer) -> None:
    make_contact(shop.tenant_id, "+16505551234")
    change = {"wa_id": "16505551234", "category": "marketing_messages", "value": "stop", "timestamp": NOON}
    consumer.process([shop.entry(shop.body(shop.value(user_preferences=[change]), field="user_preferences"))])
    assert [contact.marketing for contact in all_of(Contact, shop)] == ["withdrawn"]


def test_the_same_messages_from_four_threads_are_kept_once(app: Flask, shop: Shop, admin: Connection) -> None:
    said = [
        shop.said("Hello" if number % 5 else "STOP", phone=f"1650555{number % 7:04d}", at=number)
        for number in range(40)
    ]
    entries = shop.entries(*said, name="messages")
    failures: list[BaseException] = []

    def work() -> None:
        try:
            with app.app_context():
                for _ in range(5):
                    WebhookConsumer(app).process(entries)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [len(all_of(model, shop)) for model in (Message, Contact, Conversation)] == [40, 7, 7]
    query = "SELECT count(*) FROM outbox WHERE tenant_id = %s AND type = 'message.received'"
    assert admin.execute(query, [shop.tenant_id]).fetchone() == (40,)


def test_a_message_to_a_number_that_is_not_ours_is_recorded(
    shop: Shop, consumer: WebhookConsumer, admin: Connection
) -> None:
    value = shop.value(messages=[shop.said("Hello")])
    value["metadata"] = {"phone_number_id": "somebody else's"}
    consumer.process([shop.entry(shop.body(value))] * 2)
    query = "SELECT reason, kind FROM webhook_rejection WHERE tenant_id = %s"
    assert admin.execute(query, [shop.tenant_id]).fetchall() == [("unknown_number", "text")]
