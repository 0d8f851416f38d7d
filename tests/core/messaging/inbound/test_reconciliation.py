"""What WhatsApp says of the price of messages that arrived, held against what was charged for them."""

from datetime import UTC, datetime
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from psycopg import Connection
from sqlalchemy import select

from aerostic.billing import NewCharge, Quote, open_charges
from aerostic.billing.endings import cancel
from aerostic.db import reseller_scope, tenant_scope, transaction, utcnow
from aerostic.messaging.inbound.consumer import WebhookConsumer
from aerostic.messaging.models import ReconciliationDifference
from aerostic.messaging.outbound.money import SILENCE, release_silence
from tests.core.messaging.inbound.documents import DELIVERED, READ, SENT, told
from tests.core.messaging.inbound.shop import NOON, PRICE, Shop
from tests.support.factories import make_reseller, make_tenant

REGULAR = {"billable": True, "pricing_model": "PMP", "type": "regular", "category": "marketing"}
FREE = {"billable": False, "pricing_model": "PMP", "type": "free_entry_point", "category": "referral_conversion"}


@pytest.fixture
def shop(app: Flask) -> Shop:
    return Shop.open()


@pytest.fixture
def consumer(app: Flask) -> WebhookConsumer:
    return WebhookConsumer(app)


def differences(shop: Shop) -> dict[UUID, ReconciliationDifference]:
    with transaction(tenant_scope(shop.tenant_id)) as session:
        return {row.id: row for row in session.scalars(select(ReconciliationDifference))}


def kinds(shop: Shop) -> dict[UUID, str]:
    return {id_: row.kind for id_, row in differences(shop).items()}


def test_a_message_that_is_charged_as_whatsapp_prices_it_is_no_difference(
    shop: Shop, consumer: WebhookConsumer
) -> None:
    (one,) = shop.send()
    consumer.process([told(shop, SENT, one, pricing=REGULAR), told(shop, DELIVERED, one, pricing=REGULAR)])
    assert (kinds(shop), shop.money()["wallet"]) == ({}, 100_000 - PRICE)


def test_metas_own_document_about_a_service_message_that_was_charged_as_marketing(
    shop: Shop, consumer: WebhookConsumer
) -> None:
    (one,) = shop.send()
    consumer.process([told(shop, DELIVERED, one, at=60)])
    row = differences(shop)[one]
    assert (row.kind, row.billable, row.provider_category, row.provider_type) == ("category", True, "service", "")
    assert (row.charged_category, row.charge_state, row.amount, row.currency) == ("marketing", "captured", PRICE, "USD")
    assert row.at == datetime.fromtimestamp(NOON + 60, UTC)


def test_what_is_free_at_whatsapp_and_was_charged(shop: Shop, consumer: WebhookConsumer) -> None:
    (one,) = shop.send()
    consumer.process([told(shop, READ, one, pricing=FREE)])
    row = differences(shop)[one]
    assert (row.kind, row.billable, row.provider_type, row.amount) == ("not_billable", False, "free_entry_point", PRICE)


def test_what_is_billable_and_never_had_a_price_or_had_none_to_pay(shop: Shop, consumer: WebhookConsumer) -> None:
    priceless, free = shop.send(2, charged=False)
    with transaction(tenant_scope(shop.tenant_id)) as session:
        price = Quote(0, "USD", "the month's allowance")
        open_charges(session, shop.tenant_id, None, [NewCharge(free, "marketing", "US", price)])
    consumer.process([told(shop, DELIVERED, id_, pricing=REGULAR) for id_ in (priceless, free)])
    assert kinds(shop) == {priceless: "not_charged", free: "not_charged"}
    assert [(differences(shop)[id_].charge_state, differences(shop)[id_].amount) for id_ in (priceless, free)] == [
        ("", 0),
        ("captured", 0),
    ]


def test_what_is_free_on_both_sides_agrees_whatever_its_category(shop: Shop, consumer: WebhookConsumer) -> None:
    (one,) = shop.send(charged=False)
    consumer.process([told(shop, DELIVERED, one, pricing=FREE)])
    assert kinds(shop) == {}


def test_what_came_after_its_money_went_back_for_good(shop: Shop, consumer: WebhookConsumer) -> None:
    (one,) = shop.send()
    with transaction(tenant_scope(shop.tenant_id)) as session:
        cancel(session, shop.tenant_id, [one])
        session.connection().exec_driver_sql("UPDATE ledger_account SET floor = balance WHERE purpose = 'wallet'")
    consumer.process([told(shop, DELIVERED, one, pricing=REGULAR)])
    row = differences(shop)[one]
    assert (row.kind, row.charge_state, row.amount) == ("not_charged", "released", PRICE)


@pytest.mark.parametrize(
    ("pricing", "kind"),
    [
        ({"billable": True, "type": "free_customer_service", "category": "utility"}, "not_billable"),
        ({"billable": False, "type": "regular", "category": "marketing"}, None),
        ({"type": "regular", "category": "authentication-international"}, "category"),
        ({"type": "a_type_of_tomorrow", "category": "marketing"}, None),
        ({"billable": False, "type": "a_type_of_tomorrow", "category": "marketing"}, "not_billable"),
        ({"billable": True}, None),
        ({"billable": "yes", "type": 7, "category": None}, None),
        ({}, None),
    ],
)
def test_the_type_decides_where_it_is_known_and_what_is_unknown_is_no_difference(
    shop: Shop, consumer: WebhookConsumer, pricing: dict[str, Any], kind: str | None
) -> None:
    (one,) = shop.send()
    consumer.process([told(shop, DELIVERED, one, pricing=pricing)])
    assert kinds(shop).get(one) == kind


def test_what_has_not_arrived_is_not_compared(shop: Shop, consumer: WebhookConsumer) -> None:
    one, two = shop.send(2)
    consumer.process([told(shop, SENT, one), told(shop, SENT, two), *shop.entries(shop.status(two, "failed"))])
    assert kinds(shop) == {}


def test_a_failure_that_a_delivery_outweighs_ends_in_the_same_difference_in_every_order(
    shop: Shop, consumer: WebhookConsumer
) -> None:
    orders = list(permutations(range(3)))
    ids = shop.send(len(orders))
    for place in range(3):
        for id_, order in zip(ids, orders, strict=True):
            step = order[place]
            entry = (
                told(shop, SENT, id_, at=0, pricing=FREE),
                shop.entries(shop.status(id_, "failed", at=1))[0],
                told(shop, DELIVERED, id_, at=2, pricing=REGULAR),
            )[step]
            consumer.process([entry, entry])
    assert kinds(shop) == {}
    consumer.process([told(shop, READ, id_, at=9, pricing=FREE) for id_ in ids])
    assert set(kinds(shop).values()) == {"not_billable"}


def test_a_difference_that_a_later_status_clears_up_is_forgotten(shop: Shop, consumer: WebhookConsumer) -> None:
    (one,) = shop.send()
    consumer.process([told(shop, DELIVERED, one)])
    assert kinds(shop) == {one: "category"}
    consumer.process([told(shop, READ, one, pricing=REGULAR)])
    assert kinds(shop) == {}


def test_money_that_silence_gave_back_for_a_message_that_arrived_is_a_difference(
    shop: Shop, consumer: WebhookConsumer, admin: Connection
) -> None:
    (one,) = shop.send()
    consumer.process([told(shop, SENT, one, pricing=REGULAR)])
    # As if a rule had left it open.
    admin.execute("UPDATE message SET status = 'delivered', delivered_at = now() WHERE id = %s", [one])
    assert release_silence(lambda: utcnow() + SILENCE + SILENCE) == 1
    assert kinds(shop) == {one: "not_charged"}


def test_another_tenant_and_a_reseller_see_none_of_it(shop: Shop, consumer: WebhookConsumer) -> None:
    (one,) = shop.send()
    consumer.process([told(shop, DELIVERED, one)])
    for scope in (tenant_scope(make_tenant().id), reseller_scope(make_reseller().id)):
        with transaction(scope) as session:
            assert session.scalars(select(ReconciliationDifference)).all() == []
    assert kinds(shop) == {one: "category"}
