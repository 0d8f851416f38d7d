"""`bench statuses`: statuses from the stream onto messages, ledger and outbox, beside the same effects row by row.

The feed is doubled in part and shuffled. Both read the same stream as the same role; the reference gives each status a
transaction: lock the row, change it, its events, its money, commit. Each end is compared with that of the ordered feed.
"""

from statistics import median
from time import perf_counter, process_time
from typing import Any
from uuid import UUID

import orjson
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.billing import BillingRule, Outcome, settle
from aerostic.cli.bench.environment import bench_app, bench_servers, bench_settings
from aerostic.cli.bench.status_shop import StatusShop, open_shop
from aerostic.db import Event, emit, service_scope, transaction
from aerostic.messaging.contract import Channel, StatusUpdate
from aerostic.messaging.inbound.consumer import WebhookConsumer
from aerostic.messaging.inbound.received import Received
from aerostic.messaging.models import Message
from aerostic.registry.runtime import KEY
from aerostic.streams.intake import Intake
from aerostic.tenancy.plugins import view_for

BATCH = 500
STATUSES = service_scope("statuses")
RANKS = {"": 0, "sent": 1, "failed": 2, "delivered": 3, "read": 4}
CLEAN = text("DELETE FROM outbox")


def run(*, count: int = 3_000, rows: int = 300, rounds: int = 3) -> dict[str, Any]:
    """Measure, and return the figures as the command prints them.

    Args:
        count: messages in a round of ours.
        rows: messages in a round of the reference.
        rounds: ours and the reference in turn; medians are reported.
    """
    with bench_servers() as supervisor:
        settings, _ = bench_settings(supervisor)
        app = bench_app(settings)
        with app.app_context():
            ours, theirs, costs, equal = [], [], [], True
            for _ in range(rounds):
                rate, cost, same = _race(app, open_shop(count), one_by_one=False)
                ours.append(rate)
                costs.append(cost)
                rate, _, same_there = _race(app, open_shop(rows), one_by_one=True)
                theirs.append(rate)
                equal = equal and same and same_there
    if not equal:
        raise RuntimeError("The shuffled feed ended otherwise than the ordered one.")
    return {
        "name": "statuses",
        "value": round(median(ours)),
        "unit": "statuses/s",
        "reference": round(median(theirs)),
        "ratio": round(median(ours) / median(theirs), 2),
        "per_cpu_second": round(median(costs)),
        "equal_to_ordered": equal,
    }


def _race(app: Flask, shop: StatusShop, *, one_by_one: bool) -> tuple[float, float, bool]:
    """Statuses a second, statuses a CPU second of this process, and whether the end is that of the ordered feed."""
    feed = shop.shuffled()
    rate, cost = _consume(app, shop, feed, one_by_one=one_by_one)
    twin = open_shop(len(shop.ids))
    _consume(app, twin, twin.ordered(), one_by_one=False)
    with transaction(service_scope("relay")) as session:
        session.execute(CLEAN)
    return rate, cost, shop.end() == twin.end()


def _consume(app: Flask, shop: StatusShop, feed: list[dict[str, Any]], *, one_by_one: bool) -> tuple[float, float]:
    runtime = app.extensions[KEY]
    intake = Intake(runtime.redis, runtime.settings.redis_prefix, runtime.settings.intake_stream_limit)
    shop.append(intake, feed)
    consumer = RowByRow() if one_by_one else WebhookConsumer(app)
    began, began_cpu = perf_counter(), process_time()
    while entries := intake.read("bench", BATCH, 1):
        consumer.process(entries)
        intake.ack([id_ for id_, _ in entries])
    return len(feed) / (perf_counter() - began), len(feed) / (process_time() - began_cpu)


class RowByRow:
    """The reference: what one would write first, with the same guarantees."""

    def __init__(self) -> None:
        self._known: dict[UUID, tuple[Channel, list[BillingRule]]] = {}

    def process(self, entries: list[Any]) -> None:
        """A transaction for each status of each webhook."""
        for _, fields in entries:
            webhook = Received.from_fields(fields)
            channel, rules = self._tenant(webhook.tenant_id)
            for update in channel.parse_webhook(orjson.loads(webhook.body)):
                with transaction(STATUSES) as session:
                    _apply(session, webhook.tenant_id, rules, update)

    def _tenant(self, tenant_id: UUID) -> tuple[Channel, list[BillingRule]]:
        if tenant_id not in self._known:
            with transaction(STATUSES) as session:
                view = view_for(session, tenant_id)
            self._known[tenant_id] = view.channels["whatsapp"], view.billing_rules
        return self._known[tenant_id]


def _apply(session: Session, tenant_id: UUID, rules: list[BillingRule], update: Any) -> None:
    if not isinstance(update, StatusUpdate) or update.message_id is None:
        raise TypeError("the benchmark's feed has statuses of ours only")
    message = session.get_one(Message, update.message_id, with_for_update=True)
    name = f"{update.status}_at"
    known, before = getattr(message, name), message.status
    if known is None or update.time < known:
        setattr(message, name, update.time)
    if RANKS[update.status] > RANKS[before]:
        message.status = update.status
        failed = update.status == "failed"
        message.error_code, message.error = (update.code, update.reason) if failed else (None, "")
    moved = message.status != before
    if (known is None and update.status != "failed") or (moved and update.status == "failed"):
        data = {"message_id": str(message.id), "number_id": str(message.number_id), "source": message.source}
        emit(session, Event(f"message.{update.status}", tenant_id, str(message.id), data))
    if moved:
        session.flush()
        settle(session, tenant_id, rules, [(message.id, Outcome(message.status, message.error_code or 0))])
