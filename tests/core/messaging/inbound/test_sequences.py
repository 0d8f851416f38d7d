"""Whatever the provider tells, in whatever order and however often: the same end, and the same money."""

from collections import defaultdict
from itertools import chain, product
from uuid import UUID

import pytest
from flask import Flask
from psycopg import Connection

from aerostic.db import platform_scope, transaction
from aerostic.ledger import verify
from aerostic.messaging.inbound.consumer import WebhookConsumer
from tests.core.messaging.inbound.shop import PRICE, Shop

STATUSES = ("sent", "failed", "delivered", "read")
CHARGES = {"sent": "held", "failed": "refunded", "delivered": "captured", "read": "captured"}
SEQUENCES = [told for length in range(1, 5) for told in product(STATUSES, repeat=length)]
NOT_THE_SAME = ("id", "provider_index", "idempotency_key", "created_at", "accepted_at", "updated_at")


@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "one batch a status"])
def test_every_sequence_up_to_four_statuses(app: Flask, admin: Connection, together: bool) -> None:
    shop, consumer = Shop.open(), WebhookConsumer(app)
    ids = shop.send(len(SEQUENCES), state="unknown")
    # A status has one time of its own: the provider repeats it with every copy.
    places = [
        [shop.status(id_, told[place], at=STATUSES.index(told[place]))
         for id_, told in zip(ids, SEQUENCES, strict=True) if place < len(told)]
        for place in range(4)
    ]  # fmt: skip
    for batch in [list(chain(*places))] if together else places:
        consumer.process(shop.entries(*batch))
    charges: dict[UUID, str] = dict(
        admin.execute("SELECT id, state FROM charge WHERE tenant_id = %s", [shop.tenant_id]).fetchall()
    )
    ends = defaultdict(set)
    told_of = dict(zip(ids, SEQUENCES, strict=True))
    for row in shop.rows():
        told = frozenset(told_of[row["id"]])
        furthest = max(told, key=STATUSES.index)
        assert (row["state"], row["status"], charges[row["id"]]) == ("accepted", furthest, CHARGES[furthest])
        ends[told].add(str({name: value for name, value in row.items() if name not in NOT_THE_SAME}))
    assert {len(rows) for rows in ends.values()} == {1}
    states = list(charges.values())
    assert shop.money() == {
        "wallet": 100_000 - PRICE * (states.count("captured") + states.count("held")),
        "held": PRICE * states.count("held"),
    }
    with transaction(platform_scope("tests prove the books")) as session:
        assert verify(session).findings == ()
