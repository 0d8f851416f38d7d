"""`make soak`: campaign after campaign, each with a trouble of its own, until the time is over; then what came of it.

Each run has a seed, which decides the trouble and its moments; `--seed` repeats one (`--minutes 0` nothing but it).
"""

import os
import random
import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from tests.e2e.emulator import emulator
from tests.e2e.house import House, house
from tests.e2e.reckoning import Reckoning
from tests.e2e.trouble import TROUBLES, meet

FEWEST, MOST = 300, 2_000
SLOWEST, FASTEST = 80, 400


@dataclass
class Tally:
    """What came of one kind of trouble."""

    results: list[Reckoning] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@click.command()
@click.option("--minutes", envvar="AEROSTIC_SOAK_MINUTES", default=20.0, show_default=True, help="How long.")
@click.option("--seed", type=int, help="Of the first campaign; a random one when left out.")
@click.option("--trouble", type=click.Choice(sorted(TROUBLES)), help="Only this one.")
def soak(minutes: float, seed: int | None, trouble: str | None) -> None:
    """Run campaigns that meet troubles, and reconcile each with the emulator's record."""
    first = seed if seed is not None else random.SystemRandom().randrange(10**9)
    folder = Path(tempfile.mkdtemp(prefix="aerostic-soak-"))
    tallies = {name: Tally() for name in sorted(TROUBLES)}
    click.echo(f"first seed {first}, in {folder}")
    end = time.monotonic() + minutes * 60
    number = 0
    while not number or time.monotonic() < end:
        number = _a_house(folder, first, number, end, trouble, tallies)
    _summary(tallies)
    failed = any(tally.failures for tally in tallies.values())
    if not failed:
        shutil.rmtree(folder)
    sys.exit(failed)


def _a_house(folder: Path, first: int, number: int, end: float, trouble: str | None, tallies: dict[str, Tally]) -> int:
    """Campaigns in one house, until the time is over or one of them fails; returns the number of the next."""
    with ExitStack() as stack:
        place = folder / f"house-{number}"
        place.mkdir()
        running = stack.enter_context(house(place, stack.enter_context(emulator(place))))
        while True:
            done = _one(running, first + number, trouble, tallies)
            number += 1
            if not done or time.monotonic() >= end:
                return number


def _one(running: House, seed: int, trouble: str | None, tallies: dict[str, Tally]) -> bool:
    chance = random.Random(seed)
    name = chance.choice(sorted(TROUBLES))
    tally = tallies[trouble or name]
    count, pace = chance.randint(FEWEST, MOST), chance.randint(SLOWEST, FASTEST)
    doubtful, late = chance.random() < 0.5, chance.random() < 0.5
    click.echo(f"{trouble or name}: ", nl=False)
    try:
        result = meet(running, TROUBLES[trouble or name], seed, count, doubtful=doubtful, late=late, pace=pace)
    except Exception as error:
        tally.failures.append(f"seed {seed}: {error}")
        click.echo(f"FAILED {error}")
        return False
    tally.results.append(result)
    return True


def _summary(tallies: dict[str, Tally]) -> None:
    table = Table("trouble", "campaigns", "accepted", "unknown", "most unknown", "longest wait", "failed")
    for name, tally in tallies.items():
        results = tally.results
        table.add_row(
            name,
            str(len(results) + len(tally.failures)),
            str(sum(result.accepted for result in results)),
            str(sum(result.unknown for result in results)),
            str(max((result.most_unknown for result in results), default=0)),
            f"{max((result.seconds for result in results), default=0.0):.1f} s",
            str(len(tally.failures)),
        )
    Console(width=130).print(table)
    for tally in tallies.values():
        for failure in tally.failures:
            click.echo(failure)


if __name__ == "__main__":
    os.environ.pop("DATABASE_URL", None)
    soak()
