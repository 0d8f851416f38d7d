"""Statuses from the stream: messages, money and events, whatever the order and the number of times."""

import random
import threading
from itertools import permutations

import pytest
from flask import Flask
from psycopg import Connection
from sqlalchemy import update

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.inbound.consumer import WebhookConsumer
from aerostic.messaging.models import Message
from tests.core.flows.starts import announced
from tests.core.messaging.inbound.shop import PRICE, Shop

STATUSES = ("sent", "delivered", "read", "failed")


def outbox(admin: Connection, shop: Shop) -> list[str]:
    """Types of the shop's message events, in order."""
    query = "SELECT type FROM outbox WHERE tenant_id = %s AND type LIKE 'message.%%' ORDER BY position"
    return [kind for (kind,) in admin.execute(query, [shop.tenant_id])]


@pytest.fixture
def shop(app: Flask) -> Shop:
    return Shop.open()


@pytest.fixture
def consumer(app: Flask) -> WebhookConsumer:
    return WebhookConsumer(app)


def test_a_message_is_found_by_what_it_echoes_and_by_its_provider_id(shop: Shop, consumer: WebhookConsumer) -> None:
    one, two = shop.send(2)
    consumer.process(shop.entries(shop.status(one, "read"), shop.status(two, "failed", callback=False)))
    assert [(row["state"], row["status"], row["error_code"]) for row in shop.rows()] == [
        ("accepted", "read", None),
        ("accepted", "failed", 131026),
    ]


def test_delivered_is_paid_and_failed_goes_back(shop: Shop, consumer: WebhookConsumer) -> None:
    one, two = shop.send(2)
    consumer.process(shop.entries(shop.status(one, "delivered"), shop.status(two, "failed")))
    assert shop.money() == {"wallet": 100_000 - PRICE, "held": 0}


def test_an_unknown_message_is_resolved_by_its_status(shop: Shop, consumer: WebhookConsumer, admin: Connection) -> None:
    (one,) = shop.send(state="unknown")
    consumer.process(shop.entries(shop.status(one, "sent")))
    (row,) = shop.rows()
    assert (row["state"], row["status"], row["accepted_at"]) == ("accepted", "sent", row["created_at"])
    assert row["provider_index"] is not None
    assert outbox(admin, shop) == ["message.accepted", "message.sent"]


def test_every_order_with_repeats_ends_with_the_same_rows_and_money(shop: Shop, consumer: WebhookConsumer) -> None:
    orders = list(permutations(STATUSES))
    ids = shop.send(len(orders), state="unknown")
    for place in range(len(STATUSES)):
        told = [
            shop.status(id_, order[place], at=STATUSES.index(order[place]))
            for id_, order in zip(ids, orders, strict=True)
        ]
        consumer.process(shop.entries(*told, *told[::2]))
    ours = ("id", "provider_index", "idempotency_key", "created_at", "accepted_at")
    ends = {str({name: value for name, value in row.items() if name not in ours}) for row in shop.rows()}
    assert len(ends) == 1
    assert {row["status"] for row in shop.rows()} == {"read"}
    assert shop.money() == {"wallet": 100_000 - PRICE * len(ids), "held": 0}


def test_the_same_batch_from_four_threads_changes_nothing_more(app: Flask, shop: Shop, admin: Connection) -> None:
    ids = shop.send(60)
    items = [shop.status(id_, status) for id_ in ids for status in ("sent", "delivered")]
    items += [shop.status(id_, "failed") for id_ in ids[:10]] + [shop.status(id_, "read") for id_ in ids[30:]]
    entries = shop.entries(*items)
    failures: list[BaseException] = []

    def work(seed: int) -> None:
        mixed = entries.copy()
        try:
            with app.app_context():
                for turn in range(5):
                    random.Random(seed * 10 + turn).shuffle(mixed)
                    WebhookConsumer(app).process(mixed[:100])
                    WebhookConsumer(app).process(mixed[100:])
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [row["status"] for row in shop.rows()] == ["delivered"] * 30 + ["read"] * 30
    assert shop.money() == {"wallet": 100_000 - 60 * PRICE, "held": 0}
    told = outbox(admin, shop)
    assert {kind: told.count(kind) for kind in set(told) - {"message.failed"}} == {
        "message.sent": 60,
        "message.delivered": 60,
        "message.read": 30,
    }


def test_a_status_that_says_nothing_new_writes_no_row(shop: Shop, consumer: WebhookConsumer, admin: Connection) -> None:
    (one,) = shop.send()
    versions = []
    for _ in range(2):
        consumer.process(shop.entries(shop.status(one, "read")))
        versions.append(admin.execute("SELECT xmin::text FROM message WHERE id = %s", [one]).fetchone())
    assert versions[0] == versions[1]


def test_another_tenants_status_reaches_nothing(shop: Shop, consumer: WebhookConsumer) -> None:
    (one,) = shop.send()
    other = Shop.open()
    consumer.process(other.entries(shop.status(one, "failed"), shop.status(one, "failed", callback=False)))
    assert [row["status"] for row in shop.rows()] == [""]


def test_a_status_is_applied_once_its_message_is_known(
    shop: Shop, consumer: WebhookConsumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(consumer.later, "_clock", lambda: now[0])
    (one,) = shop.send(state="sending")
    consumer.process(shop.entries(shop.status(one, "read", callback=False)))
    assert [row["status"] for row in shop.rows()] == [""]
    consumer.process(shop.entries(shop.status(one, "sent")))
    now[0] += 2
    assert [consumer.retry_waiting(), consumer.retry_waiting()] == [1, 0]
    assert [row["status"] for row in shop.rows()] == ["read"]


def test_a_status_that_nobody_claims_in_a_day_is_recorded(
    shop: Shop, consumer: WebhookConsumer, admin: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(consumer.later, "_clock", lambda: now[0])
    (one,) = shop.send()
    strange = shop.status(one, "read", callback=False, id="wamid.strange")
    consumer.process(shop.entries(strange, strange))
    now[0] += 24 * 3600 + 1
    assert [consumer.retry_waiting(), consumer.retry_waiting()] == [1, 0]
    query = "SELECT reason, kind FROM webhook_rejection WHERE tenant_id = %s"
    assert admin.execute(query, [shop.tenant_id]).fetchall() == [("unknown_message", "read")]


def test_what_becomes_of_an_automations_message_tells_its_chain(shop: Shop, consumer: WebhookConsumer) -> None:
    (one,) = shop.send()
    with transaction(tenant_scope(shop.tenant_id)) as session:
        session.execute(update(Message).values(details={"chain": ["a run"]}))
    consumer.process(shop.entries(shop.status(one, "delivered")))
    assert [event.data["chain"] for event in announced(shop.tenant_id) if event.type == "message.delivered"] == [
        ["a run"]
    ]
