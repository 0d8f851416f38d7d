"""The loops take on what is due: each run once however many of them there are, and nobody waits for another's slow system."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask

from aerostic.flows.contract import Go
from aerostic.flows.runs import loop, waking
from aerostic.flows.runs.waking import Due
from tests.core.flows.nodes import Try
from tests.core.flows.shop import Shop
from tests.core.flows.test_engine import flow
from tests.support.processes import eventually

NAP = flow(("a", "start", {}), ("w", "sleep", {}), ("s", "set", {"name": "n"}), edges="a>w w>s")
ASKING = flow(("a", "start", {}), ("o", "try", {}), edges="a>o")


@contextmanager
def running(app: Flask, *loops: Any) -> Iterator[None]:
    stop = threading.Event()

    def run(one: Any) -> None:
        with app.app_context():
            one(app, stop)

    threads = [threading.Thread(target=run, args=(one,)) for one in loops]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)


def ended(shop: Shop) -> int:
    return [run.state for run in shop.runs()].count("ended")


def test_two_loops_take_each_run_on_once_and_do_little_in_vain(app: Flask, shop: Shop, monkeypatch: pytest.MonkeyPatch):
    napping = shop.publish(NAP)
    for _ in range(60):
        shop.starts(napping)
    shop.later(seconds=61)
    went, asked, wake = [], [], waking.wake_together

    def counted(runs: Sequence[Due]) -> int:
        asked.append(len(runs))
        went.append(wake(runs))
        return went[-1]

    monkeypatch.setattr(waking, "wake_together", counted)
    with running(app, loop.inside, loop.inside):
        eventually(lambda: ended(shop) == 60)
    assert sum(went) == 60
    assert sum(asked) <= 180
    assert {run.steps for run in shop.runs()} == {4}


def test_slow_systems_keep_neither_waiting_runs_nor_other_tenants_waiting(
    app: Flask, shop: Shop, monkeypatch: pytest.MonkeyPatch
):
    answers = threading.Event()

    def slow(self: Try, context: Any, config: Any) -> Go:
        Try.calls.append(context.key)
        if context.tenant_id == shop.id:
            answers.wait(30)
        return Go()

    monkeypatch.setattr(Try, "run", slow)
    asking, napping, other = shop.publish(ASKING), shop.publish(NAP), Shop()
    for _ in range(loop.OUTSIDE + 8):
        shop.starts(asking)
    shop.starts(napping)
    shop.later(seconds=61)
    with running(app, loop.inside, loop.outside):
        eventually(lambda: (ended(shop), len(Try.calls)) == (1, loop.OUTSIDE // 2))
        other.starts(other.publish(ASKING))
        eventually(lambda: ended(other) == 1)
        answers.set()
        eventually(lambda: ended(shop) == loop.OUTSIDE + 9)
    assert len(Try.calls) == len(set(Try.calls)) == loop.OUTSIDE + 9
