"""`bench ledger`: transfers, batches, a campaign's money and `verify`, each beside the frozen `naive_ledger`.

Both post on the same tables as the same role, in turn. At the end the books of both have to balance.
"""

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from time import perf_counter
from typing import Any, LiteralString

import psycopg
from flask import Flask
from sqlalchemy.orm import Session

from aerostic.cli.bench import naive_ledger
from aerostic.cli.bench.environment import bench_app, bench_servers, bench_settings
from aerostic.cli.bench.ledger_books import SERVICE, Books, fill, open_books
from aerostic.cli.bench.ledger_campaign import one_by_one, set_based
from aerostic.db import platform_scope, transaction
from aerostic.ledger import Transfer, account, post, transfer, verify
from aerostic.settings import Settings

TENANTS, WORKERS, BATCH = 100, 8, 1_000
Post = Callable[[Session, Transfer], Any]


def run(*, count: int = 500, rounds: int = 5, charges: int = 10_000, entries: int = 1_000_000) -> dict[str, Any]:
    """Measure, and return the figures as the command prints them.

    Args:
        count: transfers in a round.
        rounds: ours and the reference in turn; medians are reported.
        charges: of our campaign, in hundreds; the reference, whose rate is the same at any size, has a tenth.
        entries: how many `verify` reads.
    """
    with bench_servers() as supervisor:
        settings, _ = bench_settings(supervisor)
        app = bench_app(settings)
        _owner(settings, "TRUNCATE ledger_account CASCADE")  # what earlier runs left
        with app.app_context():
            books = [open_books() for _ in range(TENANTS)]
            return {
                "name": "ledger",
                "single": _race(rounds, lambda one: _single(books, one, count)),
                "hot": _race(rounds, lambda one: _hot(app, books, one, count)),
                "batch": _batches(books, rounds, count),
                "campaign": _campaign(rounds, charges),
                **_verify(entries, settings),
            }


def _race(rounds: int, rate: Callable[[Post], float]) -> dict[str, Any]:
    """Transfers a second, ours and theirs in turn."""
    return _figures([(rate(transfer), rate(naive_ledger.transfer)) for _ in range(rounds)])


def _figures(rates: Sequence[tuple[float, float]]) -> dict[str, Any]:
    return {
        "value": round(median(ours for ours, _ in rates)),
        "unit": "transfers/s",
        "reference": round(median(theirs for _, theirs in rates)),
        "ratio": round(median(ours / theirs for ours, theirs in rates), 2),
    }


def _single(books: Sequence[Books], one: Post, count: int) -> float:
    """One after the other, each of another tenant."""
    chosen = random.Random(count).choices(books, k=count)  # noqa: S311 - no secret
    return _rate(one, [each.payment() for each in chosen])


def _hot(app: Flask, books: Sequence[Books], one: Post, count: int) -> float:
    """Workers whose payers are their own, and who all pay into one account."""
    with transaction(platform_scope("benchmark")) as session:
        target = account(session, purpose="revenue", currency="USD")
    work = [[payer.payment(target) for _ in range(count // WORKERS)] for payer in books[:WORKERS]]

    def pay(transfers: list[Transfer]) -> None:
        with app.app_context():
            _rate(one, transfers)

    with ThreadPoolExecutor(WORKERS) as pool:
        began = perf_counter()
        list(pool.map(pay, work))
        return sum(map(len, work)) / (perf_counter() - began)


def _batches(books: Sequence[Books], rounds: int, count: int) -> dict[str, Any]:
    """Batches beside single transfers of the reference, all of one tenant."""
    payer, rates = books[0], []
    for _ in range(rounds):
        batches = [[payer.payment() for _ in range(BATCH)] for _ in range(10)]
        began = perf_counter()
        for batch in batches:
            with transaction(SERVICE) as session:
                post(session, batch)
        ours = BATCH * len(batches) / (perf_counter() - began)
        rates.append((ours, _rate(naive_ledger.transfer, [payer.payment() for _ in range(count)])))
    return _figures(rates)


def _rate(one: Post, transfers: Sequence[Transfer]) -> float:
    began = perf_counter()
    for wanted in transfers:
        with transaction(SERVICE) as session:
            one(session, wanted)
    return len(transfers) / (perf_counter() - began)


def _campaign(rounds: int, charges: int) -> dict[str, Any]:
    """Statuses a second from the hold to its end; each run checks that the net charges are exact."""
    rates = [
        (set_based(open_books(), charges), one_by_one(open_books(), charges // 10)) for _ in range((rounds + 1) // 2)
    ]
    return _figures(rates) | {"unit": f"statuses/s of a campaign of {charges:,}"}


def _verify(entries: int, settings: Settings) -> dict[str, Any]:
    """Seconds for all entries there are: a million, and those of the races."""
    fill(entries)
    # What autovacuum has done by the night.
    _owner(settings, "VACUUM ANALYZE ledger_account, ledger_entry, ledger_hold, ledger_transfer")
    with transaction(platform_scope("benchmark")) as session:
        began = perf_counter()
        report = verify(session)
        ours = perf_counter() - began
    with transaction(platform_scope("benchmark")) as session:
        began = perf_counter()
        balanced = naive_ledger.verify(session)
        theirs = perf_counter() - began
    if not (report.balanced and balanced):
        raise RuntimeError(f"The books do not balance: {report.findings}")
    return {
        "verify_seconds": round(ours, 2),
        "verify_reference_seconds": round(theirs, 2),
        "verify_entries": report.entries,
    }


def _owner(settings: Settings, statement: LiteralString) -> None:
    with psycopg.connect(settings.database_owner_url, autocommit=True) as connection:
        connection.execute(statement)
