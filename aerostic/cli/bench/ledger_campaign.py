"""The campaign of `bench ledger`: 38 statuses for every 10 charges, in any order, and where the money must end."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from uuid import UUID

from sqlalchemy import text

from aerostic.billing import (
    Chargeable,
    ChargeInfo,
    NewCharge,
    Outcome,
    Quote,
    Settlement,
    close_hold,
    open_charges,
    release_silent,
    settle,
)
from aerostic.cli.bench import naive_ledger
from aerostic.cli.bench.ledger_books import SERVICE, Books
from aerostic.db import new_id, transaction, utcnow
from aerostic.ledger import hold

STATUSES = 3.8
BATCH, OPENED, SPARE = 500, 5_000, 200
# Of a hundred charges, one fails and arrives after all, and one is never heard of again.
FAILED, ARRIVED_AFTER_ALL, SILENT = 6, 1, 1
PRICE = Quote(25_000, "USD", "bench")
RANKS = ("", "sent", "failed", "delivered", "read")
STATES = text("SELECT state, count(*) AS charges FROM charge WHERE tenant_id = :tenant GROUP BY state")
LEFT = text("SELECT id FROM charge WHERE tenant_id = :tenant AND state = 'held'")
Feed = Sequence[tuple[UUID, Outcome]]


@dataclass(frozen=True)
class Rule:
    """What arrived is paid, what failed goes back, and what nothing was heard of is released."""

    name: str = "bench.rule"

    def quote(self, chargeable: Chargeable) -> Quote | None:
        """One price for everything."""
        return PRICE

    def on_outcome(self, charge: ChargeInfo, outcome: Outcome) -> Settlement | None:
        """Where the money belongs."""
        return WANTED.get(outcome.status)


WANTED = {
    "delivered": Settlement.CAPTURE,
    "read": Settlement.CAPTURE,
    "failed": Settlement.REFUND,
    "silent": Settlement.RELEASE,
}
RULES = [Rule()]


def set_based(books: Books, charges: int) -> float:
    """Statuses a second of the whole campaign, through `aerostic.billing`."""

    def events(feed: Feed) -> None:
        for first in range(0, len(feed), BATCH):
            with transaction(SERVICE) as session:
                settle(session, books.tenant_id, RULES, feed[first : first + BATCH])
        with transaction(SERVICE) as session:
            release_silent(session, books.tenant_id, RULES, utcnow())

    return _run(books, charges, events)


def one_by_one(books: Books, charges: int) -> float:
    """The same with a transaction for each event. Hold and charges are made as ours are: they are no events."""

    def events(feed: Feed) -> None:
        for charge_id, outcome in feed:
            _one(books, charge_id, outcome.status)
        with transaction(SERVICE) as session:
            left = session.scalars(LEFT, {"tenant": books.tenant_id}).all()
        for charge_id in left:
            _one(books, charge_id, "silent")

    return _run(books, charges, events)


def _one(books: Books, charge_id: UUID, status: str) -> None:
    with transaction(SERVICE) as session:
        wanted = WANTED.get(status)
        naive_ledger.settle(session, books.tenant_id, books.accounts, charge_id, wanted.value if wanted else "")


def _run(books: Books, charges: int, events: Callable[[Feed], None]) -> float:
    ids = [new_id() for _ in range(charges)]
    feed = feed_of(ids)
    before, began = books.balances(), perf_counter()
    with transaction(SERVICE) as session:
        amount = (charges + SPARE) * PRICE.amount
        hold_id = hold(session, books.tenant_id, f"bench:{ids[0]}", amount, PRICE.currency)
        for first in range(0, charges, OPENED):
            rows = [NewCharge(id_, "marketing", "US", PRICE) for id_ in ids[first : first + OPENED]]
            open_charges(session, books.tenant_id, hold_id, rows)
    events(feed)
    with transaction(SERVICE) as session:
        close_hold(session, books.tenant_id, hold_id)
    seconds = perf_counter() - began
    _expect_exact(books, before, charges // 100)
    return len(feed) / seconds


def feed_of(ids: Sequence[UUID], seed: int = 1) -> Feed:
    """All statuses, shuffled and doubled, each as messaging tells it: the furthest the message has come so far."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    items = [(id_, status) for place, id_ in enumerate(ids) for status in _path(place)]
    items += chance.choices(items, k=round(STATUSES * len(ids)) - len(items))
    chance.shuffle(items)
    furthest: dict[UUID, str] = {}
    feed = []
    for id_, status in items:
        furthest[id_] = max(furthest.get(id_, ""), status, key=RANKS.index)
        feed.append((id_, Outcome(furthest[id_])))
    return feed


def _path(place: int) -> tuple[str, ...]:
    place %= 100
    if place < FAILED:
        return ("sent", "failed")
    if place < FAILED + ARRIVED_AFTER_ALL:
        return ("sent", "failed", "delivered")
    return ("sent",) if place >= 100 - SILENT else ("sent", "delivered", "read")


def _expect_exact(books: Books, before: dict[str, int], hundreds: int) -> None:
    """Every charge has ended where its statuses say, and the wallet paid for exactly those that arrived."""
    failed, silent = FAILED * hundreds, SILENT * hundreds
    arrived = 100 * hundreds - failed - silent
    with transaction(SERVICE) as session:
        rows = session.execute(STATES, {"tenant": books.tenant_id})
        states = {row.state: row.charges for row in rows}
    after = books.balances()
    moved = {purpose: after[purpose] - before[purpose] for purpose in after}
    net = arrived * PRICE.amount
    if states != {"captured": arrived, "refunded": failed, "released": silent}:
        raise RuntimeError(f"The charges ended otherwise than their statuses say: {states}")
    if moved != {"outside": 0, "wallet": -net, "held": 0, "revenue": net}:
        raise RuntimeError(f"The money ended otherwise than the charges say: {moved}")
