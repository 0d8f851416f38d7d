"""What the tests of lanes share: a tenant with money whose number sends through an emulator, and batches for it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from aerostic_emulator import seed
from aerostic_emulator.config import Config
from aerostic_emulator.running import in_thread
from aerostic_emulator.server import Emulator

from aerostic.billing import Quote
from aerostic.db import new_id, service_scope, tenant_scope, transaction
from aerostic.ledger import credit, hold
from aerostic.messaging.models import Batch, ChannelNumber, Message
from aerostic.messaging.outbound import batches, planning
from aerostic.messaging.outbound.worker import LaneWorker
from aerostic.messaging.outbound.writing import Draft
from tests.support.factories import make_account, make_number, make_tenant

UNLIMITED = {
    "statuses": False,
    "magic": False,
    "throughput_limit": False,
    "pair_limit": False,
    "messaging_limit": False,
    "us_marketing_blocked": False,
}
PRICE = Quote(25_000, "USD", "test book")
CREDENTIALS = {"token": seed.TOKEN, "app_secret": seed.APP_SECRET, "verify_token": seed.VERIFY_TOKEN}


@dataclass(frozen=True)
class Sending:
    """A tenant that can send."""

    tenant_id: UUID
    number: ChannelNumber
    emulator: Emulator

    def accepted(self) -> list[str]:
        """The recipients of what the emulator has accepted, in its order."""
        return [message.to for message in self.emulator.world.record.messages]

    def sent_twice(self) -> list[str]:
        """Messages of ours that it accepted more than once."""
        twice: list[str] = self.emulator.world.record.counts()["duplicates"]
        return twice


@contextmanager
def sending(pace: int = 100_000, **switches: object) -> Iterator[Sending]:
    """A fresh tenant with credits, and an emulator with these switches."""
    switches = {**UNLIMITED, **switches}
    emulator = Emulator(Config(**switches))  # type: ignore[arg-type]
    with in_thread(emulator) as base_url:
        tenant = make_tenant()
        account = make_account(tenant.id, credentials=CREDENTIALS, settings={"base_url": base_url})
        number = make_number(tenant.id, account, external_id=seed.PHONE_ID, pace=pace)
        with transaction(tenant_scope(tenant.id)) as session:
            credit(session, tenant.id, 1_000_000_000, "USD", key="start", note="test")
        yield Sending(tenant.id, number, emulator)


def make_batch(where: Sending, count: int, *, prefix: str = "+1650", running: bool = True) -> UUID:
    """A batch of `count` texts, with its money held."""
    source_id = new_id()
    with transaction(tenant_scope(where.tenant_id)) as session:
        batch = planning.open_batch(
            session, tenant_id=where.tenant_id, number_id=where.number.id, source="tests", source_id=source_id
        )
        batch.hold_id = hold(session, where.tenant_id, f"batch:{source_id}", PRICE.amount * count, "USD")
        drafts = [draft(f"{prefix}{i:07d}", f"{source_id}:{i}") for i in range(count)]
        planning.plan(session, batch, drafts, lambda _: PRICE)
        if running:
            batches.start(session, batch.id)
    return batch.id


def draft(to: str, key: str) -> Draft:
    """A marketing text to one number."""
    content = {
        "type": "template",
        "template": {
            "name": seed.MARKETING,
            "language": {"code": "en_US"},
            "components": [{"type": "body", "parameters": [{"type": "text", "text": "Ada"}]}],
        },
    }
    return Draft(None, to, None, content, "marketing", "US", key)


def run_worker(seconds: float, window: int = 64) -> None:
    """Run a lane worker for a while, in this thread."""
    import asyncio

    asyncio.run(LaneWorker(seconds, threading.Event(), window).run())


def states(tenant_id: UUID) -> dict[str, int]:
    """How many messages of a tenant are in each state."""
    found: dict[str, int] = {}
    with transaction(service_scope("lanes")) as session:
        for (state,) in session.query(Message.state).filter_by(tenant_id=tenant_id):
            found[state] = found.get(state, 0) + 1
    return found


def batch_state(batch_id: UUID) -> str:
    """The state of a batch."""
    with transaction(service_scope("lanes")) as session:
        return session.get_one(Batch, batch_id).state
