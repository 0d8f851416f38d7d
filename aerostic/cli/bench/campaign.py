"""`bench campaign`: a real lane process against the emulator, beside a bare aiohttp loop that persists nothing."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import IO, Any, cast
from uuid import UUID

from sqlalchemy import text

from aerostic.billing import Quote
from aerostic.cli.bench.environment import bench_app, bench_servers, bench_settings, control, start_emulator
from aerostic.cli.bench.senders import content
from aerostic.cli.bench.workspace import TEMPLATE, TOKEN, Workspace, left, make_workspace, seconds_of
from aerostic.db import service_scope, tenant_scope, transaction
from aerostic.messaging.outbound import planning
from aerostic.messaging.outbound.planning import REPLY
from aerostic.messaging.outbound.writing import Draft

FAST = 1_000_000
SENDERS = (sys.executable, "-m", "aerostic.cli.bench.senders")
OFF: dict[str, Any] = {
    "latency_ms": [50, 150],
    "statuses": False,
    "magic": False,
    "throughput_limit": False,
    "pair_limit": False,
    "messaging_limit": False,
    "us_marketing_blocked": False,
}
WAITED = text("SELECT extract(epoch FROM accepted_at - created_at) FROM message WHERE id = :id")
TEN, REPLY_SECONDS = 10, 15.0


def run(*, count: int = 20_000, rounds: int = 3, memory: int = 100_000) -> dict[str, Any]:
    """Measure, and return the figures as the command prints them.

    Args:
        count: messages in each round of the race with the loop.
        rounds: lane and loop in turn; medians are reported.
        memory: recipients of the campaign whose worker's peak memory is taken; 0 leaves it out.
    """
    with bench_servers() as supervisor:
        settings, environment = bench_settings(supervisor)
        url = start_emulator(supervisor, **OFF)
        with bench_app(settings).app_context():
            figures = race(url, environment, count, rounds)
            figures |= paced(url, environment, 80, 1_200)
            thousand = paced(url, environment, 1_000, 10_000)
            figures |= {
                "pace_sustained": min(figures["pace_sustained"], thousand["pace_sustained"]),
                "pace_worst": max(figures["pace_worst"], thousand["pace_worst"]),
            }
            figures |= ten_lanes(url, environment)
            if memory:
                figures |= peak(url, environment, memory)
    return figures


def race(url: str, environment: dict[str, str], count: int, rounds: int) -> dict[str, Any]:
    """Lane and loop in turn, as fast as the window allows."""
    lanes, loops = [], []
    for _ in range(rounds):
        space = make_workspace(url, [FAST])
        batch = space.plan(space.numbers[0], count)
        with lane(environment) as used:
            _wait([batch])
        seconds, accepted = seconds_of(batch)
        lanes.append((accepted / seconds, used["cpu"] / accepted))
        external = _external(0)
        done = subprocess.run(
            [*SENDERS, "loop", url, TOKEN, external, TEMPLATE, str(count)], check=True, capture_output=True, text=True
        )
        figures = json.loads(done.stdout)
        loops.append((count / figures["seconds"], figures["cpu"] / count))
    value, reference = median(rate for rate, _ in lanes), median(rate for rate, _ in loops)
    return {
        "name": "campaign",
        "value": round(value, 1),
        "unit": "messages/s",
        "reference": round(reference, 1),
        "ratio": round(median(a[0] / b[0] for a, b in zip(lanes, loops, strict=True)), 3),
        "cpu_ratio": round(median(a[1] / b[1] for a, b in zip(lanes, loops, strict=True)), 3),
        "cpu_us": round(1e6 * median(used for _, used in lanes), 1),
        "reference_cpu_us": round(1e6 * median(used for _, used in loops), 1),
    }


def paced(url: str, environment: dict[str, str], pace: int, count: int) -> dict[str, float]:
    """One lane at a number's pace, counted by the emulator's clock seconds."""
    space = make_workspace(url, [pace])
    batch = space.plan(space.numbers[0], count)
    with lane(environment):
        _wait([batch])
    return _pace(url, _external(0), pace)


def ten_lanes(url: str, environment: dict[str, str]) -> dict[str, float]:
    """Ten numbers at 80/s in one worker; a reply is planned in the middle of it."""
    space = make_workspace(url, [80] * TEN)
    wanted = [space.plan(number, 1_200) for number in space.numbers]
    with lane(environment):
        time.sleep(REPLY_SECONDS / 3)
        reply = _reply(space)
        _wait(wanted)
    paces = [_pace(url, _external(i), 80) for i in range(TEN)]
    with transaction(service_scope("lanes")) as session:
        waited = float(session.scalar(WAITED, {"id": reply}) or 0)
    return {
        "ten_lanes_sustained": min(figures["pace_sustained"] for figures in paces),
        "ten_lanes_worst": max(figures["pace_worst"] for figures in paces),
        "reply_seconds": round(waited, 3),
    }


def peak(url: str, environment: dict[str, str], recipients: int) -> dict[str, float]:
    """The lane worker's peak memory over a large campaign."""
    space = make_workspace(url, [FAST])
    batch = space.plan(space.numbers[0], recipients)
    with lane(environment) as used:
        _wait([batch])
    return {"recipients": recipients, "peak_mb": round(used["peak_mb"], 1)}


@contextmanager
def lane(environment: dict[str, str]) -> Iterator[dict[str, float]]:
    """A lane worker in a process of its own while the block runs; afterwards what it used."""
    import os

    used: dict[str, float] = {}
    process = subprocess.Popen(
        [*SENDERS, "lane", "600"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    with process:
        output = cast(IO[str], process.stdout)
        output.readline()
        yield used
        cast(IO[str], process.stdin).close()
        used.update(json.loads(output.readlines()[-1]))


def _reply(space: Workspace) -> UUID:
    draft = Draft(None, "+16599999999", None, content(TEMPLATE), "service", "US", f"reply:{space.tenant_id}")
    with transaction(tenant_scope(space.tenant_id)) as session:
        return planning.plan_one(
            session, space.tenant_id, space.numbers[0], "bench", REPLY, draft, Quote(0, "USD", "bench")
        )


def _wait(wanted: list[UUID]) -> None:
    while left(wanted):
        time.sleep(0.25)


def _pace(url: str, external: str, pace: int) -> dict[str, float]:
    """Sustained and worst share of the pace; the first and the last second are not whole ones."""
    counted = control(url, "GET", "record/counts")["per_second"][external]
    whole = [counted[second] for second in sorted(counted, key=int)][1:-1]
    return {
        "pace_sustained": round(sum(whole) / len(whole) / pace, 3),
        "pace_worst": round(max(counted.values()) / pace, 3),
    }


def _external(i: int) -> str:
    return f"72000000000{i:04d}"
