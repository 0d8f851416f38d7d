"""A tenant of the house with a number, credits and a batch to send, and how far that has come."""

import itertools
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from aerostic_emulator import seed
from sqlalchemy import text

from aerostic.db import new_id, service_scope, tenant_scope, transaction
from aerostic.ledger import credit, hold
from aerostic.messaging.connecting import Connection, connect
from aerostic.messaging.models import ChannelNumber
from aerostic.messaging.outbound import batches, planning
from tests.core.messaging.outbound.support import CREDENTIALS, PRICE, draft
from tests.e2e.house import House
from tests.support.factories import make_tenant

TOP_UP = 1_000_000_000
PACE = 150
STATES = text("SELECT state, count(*) FROM message WHERE batch_id = :batch GROUP BY 1")
BATCH = text("SELECT state, total FROM batch WHERE id = :batch")
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Shop:
    """One tenant, one number, one batch."""

    house: House
    tenant_id: UUID
    number_id: UUID
    phone_id: str
    endpoint: str
    batch_id: UUID
    count: int

    def states(self) -> Counter[str]:
        """How many messages are in each state now."""

        def read() -> Counter[str]:
            with transaction(service_scope("lanes")) as session:
                return Counter(dict(session.execute(STATES, {"batch": self.batch_id}).all()))

        found: Counter[str] = self.house.patiently(read)
        return found

    def left(self) -> int:
        """How many messages have not left yet."""
        return self.states()["planned"]

    def until_left(self, count: int, seconds: float = 60.0) -> None:
        """Wait until at most `count` messages have not left yet."""
        deadline = time.monotonic() + seconds
        while self.left() > count:
            assert time.monotonic() < deadline, f"nothing moves: {dict(self.states())}"
            time.sleep(0.02)


def open_shop(house: House, count: int, pace: int = PACE) -> Shop:
    """Connect an account of its own at the emulator, and start a batch of `count` messages."""
    number = next(_numbers)
    waba_id, phone_id = f"21{number:013d}", f"31{number:013d}"
    house.emulator.ask("POST", "seed", _scenario(number, waba_id, phone_id))
    with house.inside():
        tenant = make_tenant()
        connection = Connection("whatsapp", "Shop", waba_id, CREDENTIALS, {"base_url": house.emulator.url})
        account_id = connect(tenant.id, connection, house.hooks)
        with transaction(tenant_scope(tenant.id)) as session:
            row = session.query(ChannelNumber).one()
            row.pace = pace
            number_id = row.id
            endpoint = session.execute(
                text("SELECT endpoint FROM channel_account WHERE id = :id"), {"id": account_id}
            ).scalar_one()
            credit(session, tenant.id, TOP_UP, "USD", key="start", note="test")
        batch_id = _plan(tenant.id, number_id, number, count)
    return Shop(house, tenant.id, number_id, phone_id, endpoint, batch_id, count)


def _plan(tenant_id: UUID, number_id: UUID, number: int, count: int) -> UUID:
    source_id = new_id()
    with transaction(tenant_scope(tenant_id)) as session:
        batch = planning.open_batch(
            session, tenant_id=tenant_id, number_id=number_id, source="tests", source_id=source_id
        )
        batch.hold_id = hold(session, tenant_id, f"batch:{source_id}", PRICE.amount * count, "USD")
        drafts = [draft(f"+4930{number:03d}{i:06d}", f"{source_id}:{i}") for i in range(count)]
        planning.plan(session, batch, drafts, lambda _: PRICE)
        batches.start(session, batch.id)
    return batch.id


def _scenario(number: int, waba_id: str, phone_id: str) -> dict[str, Any]:
    template = next(row for row in seed.default_scenario()["templates"] if row["name"] == seed.MARKETING)
    return {
        "wabas": [{"id": waba_id, "business_id": seed.BUSINESS_ID, "subscriptions": {seed.APP_ID: ""}}],
        "numbers": [{"id": phone_id, "waba_id": waba_id, "phone": f"1555{number:07d}", "throughput": "HIGH"}],
        "templates": [template | {"id": f"41{number:013d}", "waba_id": waba_id}],
    }
