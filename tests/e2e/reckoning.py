"""The reckoning after a campaign: our database against the emulator's own record, message by message and credit by credit."""

import threading
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import Row, text
from sqlalchemy.exc import SQLAlchemyError

from aerostic.db import platform_scope, service_scope, tenant_scope, transaction
from aerostic.ledger import verify
from aerostic.streams.intake import Intake
from tests.core.messaging.outbound.support import PRICE
from tests.e2e.shop import STATES, TOP_UP, Shop

SETTLE_SECONDS = 90.0
SAMPLE_SECONDS = 0.2
# What a message ends with, by the emulator's outcome: the furthest that its statuses prove.
DELIVERED = {"delivered", "delivered_failed", "failed_delivered"}
REFUNDED = {"failed", "sent_failed", "held_dropped"}
MESSAGES = text(
    "SELECT m.id, m.state, m.status, coalesce(m.error_code, 0) AS code, c.state AS charge FROM message m"
    " LEFT JOIN charge c ON c.id = m.id WHERE m.batch_id = :batch"
)
BATCH = text("SELECT state, total FROM batch WHERE id = :batch")
ACCOUNTS = text(
    "SELECT purpose, CAST(sum(balance) AS bigint) FROM ledger_account WHERE purpose <> 'outside' GROUP BY 1"
)
HOLDS = text("SELECT CAST(sum(amount - captured - released) AS bigint) FROM ledger_hold")
OUTBOX = text("SELECT count(*) FROM outbox")


@dataclass(frozen=True)
class Reckoning:
    """What a campaign came to.

    Args:
        unknown: at the end; the emulator never accepted these.
        most_unknown: at any moment; statuses have resolved the difference.
        seconds: from the last message's leaving to the end of it all.
    """

    accepted: int
    refused: int
    unknown: int
    most_unknown: int
    seconds: float


class Watch:
    """Samples a batch while it runs: at every moment its messages add up, and so does the tenant's money."""

    def __init__(self, shop: Shop) -> None:
        self.samples = 0
        self.most_unknown = 0
        self.wrong: list[str] = []
        self._shop = shop
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(SAMPLE_SECONDS):
            try:
                with self._shop.house.inside():
                    self._sample()
            except SQLAlchemyError:
                continue  # the server is away; so it is for everybody

    def _sample(self) -> None:
        with transaction(tenant_scope(self._shop.tenant_id)) as session:
            states: Counter[str] = Counter(dict(session.execute(STATES, {"batch": self._shop.batch_id}).all()))
            money: dict[str, int] = dict(session.execute(ACCOUNTS).all())
        self.samples += 1
        self.most_unknown = max(self.most_unknown, states["unknown"])
        if states.total() != self._shop.count:
            self.wrong.append(f"{dict(states)} are not {self._shop.count} messages")
        if sum(money.values()) != TOP_UP:
            self.wrong.append(f"{money} are not {TOP_UP} credits")


def reckon(shop: Shop, watch: Watch) -> Reckoning:
    """Wait until everything has come back, then compare everything; any difference fails."""
    began = time.monotonic()
    deadline = began + SETTLE_SECONDS
    while found := _differences(shop):
        assert time.monotonic() < deadline, "it does not come to its end:\n" + "\n".join(found)
        time.sleep(0.3)
    seconds = time.monotonic() - began
    assert watch.samples > 0
    assert watch.wrong == []
    with shop.house.inside():
        _check_books(shop)
    states = shop.states()
    record = shop.house.emulator.messages(shop.phone_id)
    return Reckoning(len(record), states["failed"], states["unknown"], watch.most_unknown, round(seconds, 1))


def _differences(shop: Shop) -> list[str]:
    """Where database and record disagree, or work is left. Nothing, at the end."""
    if not shop.house.emulator.idle():
        return ["webhooks are still to come"]
    rows: list[Row[Any]] = shop.house.patiently(lambda: _rows(shop))
    ours = {row.id.hex: row for row in rows}
    record = shop.house.emulator.messages(shop.phone_id)
    twice = [key for key, times in Counter(_message_of(told) for told in record).items() if times > 1]
    assert twice == [], f"sent twice: {twice}"
    theirs = {_message_of(told): told["outcome"] for told in record}
    assert theirs.keys() <= ours.keys(), "the emulator has messages that we do not know"
    found = [
        f"{key}: {ours[key].state} {ours[key].status} {ours[key].code} {ours[key].charge}, but the outcome was {outcome}"
        for key, outcome in theirs.items()
        if (ours[key].state, *_told(ours[key])) != ("accepted", *_expected(outcome))
    ]
    found += [
        f"{key}: {row.state} {row.status} {row.code} {row.charge}, but it was never accepted"
        for key, row in ours.items()
        if key not in theirs and (row.state, row.charge) not in (("unknown", "held"), ("failed", "refunded"))
    ]
    return [*found[:10], *shop.house.patiently(lambda: _left_over(shop))]


def _rows(shop: Shop) -> list[Row[Any]]:
    with transaction(service_scope("lanes")) as session:
        return list(session.execute(MESSAGES, {"batch": shop.batch_id}))


def _left_over(shop: Shop) -> list[str]:
    """Work that nobody has done yet."""
    with transaction(service_scope("lanes")) as session:
        batch = session.execute(BATCH, {"batch": shop.batch_id}).one()
    with transaction(service_scope("relay")) as session:
        waiting = session.scalar(OUTBOX) or 0
    runtime = shop.house.app.extensions["aerostic"]
    settings = runtime.settings
    backlog = Intake(runtime.redis, settings.redis_prefix, settings.intake_stream_limit).backlog()
    found = [f"the batch is {batch.state}"] if batch.state != "finished" else []
    found += [f"{waiting} events wait in the outbox"] if waiting else []
    found += [f"{backlog} webhooks wait in the stream"] if backlog else []
    assert batch.total == shop.count
    return found


def _message_of(told: dict[str, Any]) -> str:
    """Our message, whichever attempt it was."""
    return str(told["biz_opaque_callback_data"]).partition(".")[0]


def _told(row: Row[Any]) -> tuple[str, int, str]:
    return row.status, row.code, row.charge


def _expected(outcome: str) -> tuple[str, int, str]:
    """Status, error code and state of the charge that an accepted message ends with."""
    word, _, code = outcome.partition(":")
    if word in REFUNDED:
        return "failed", int(code), "refunded"
    if word == "sent":
        return "sent", 0, "held"
    return ("delivered" if word in DELIVERED else "read"), 0, "captured"


def _check_books(shop: Shop) -> None:
    """The ledger proves itself, and the money is where the charges say."""
    charges: Counter[str] = Counter(row.charge for row in _rows(shop))
    with transaction(tenant_scope(shop.tenant_id)) as session:
        money: dict[str, int] = dict(session.execute(ACCOUNTS).all())
        held = session.scalar(HOLDS)
    with transaction(platform_scope("tests prove the books")) as session:
        report = verify(session)
    assert report.findings == ()
    assert charges.total() == shop.count
    assert money["revenue"] == charges["captured"] * PRICE.amount
    assert money["held"] == held == charges["held"] * PRICE.amount
    assert money["wallet"] == TOP_UP - money["revenue"] - money["held"]
