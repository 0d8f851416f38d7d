"""`aerostic detect run`: a process of its own, from the bus to the flag, ended and killed."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis

from aerostic.db import new_id
from aerostic.detection.models import RiskDecision
from aerostic.detection.running.known import Known
from aerostic.detection.running.pulse import GROUP, last
from aerostic.registry import runtime
from aerostic.security.restrictions import Restriction, Restrictions
from aerostic.settings import Settings
from aerostic.streams import Bus
from aerostic.streams.observed import open_observations
from tests.conftest import KEYS
from tests.core.detection.running.test_watching import rows
from tests.support.detecting import WATCH, tried
from tests.support.processes import Process, eventually, running

PLUGIN = (
    """
from aerostic.sdk import Plugin, hookimpl
plugin = Plugin(name="acmewatch", title="Watch", version="1", description="Watches.", author="Acme", always_on=True)
"""
    + WATCH.replace("NAME", "acmewatch")
    + "@hookimpl\ndef register_detectors(): return [Wrong()]\n"
)


class Town:
    """The process under test, and what it can be seen by."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        own = runtime()
        self.folder, self.runs = folder, 0
        self.bus: Bus = open_observations(own.settings, own.redis)
        self.bus.create_group(GROUP)
        self.restrictions = Restrictions(own.redis, own.settings.redis_prefix)
        (folder / "plugins" / "acmewatch").mkdir(parents=True)
        (folder / "plugins" / "acmewatch" / "__init__.py").write_text(PLUGIN)
        self.environment = {
            "DATABASE_URL": settings.database_url,
            "REDIS_URL": settings.redis_url,
            "AEROSTIC_REDIS_PREFIX": settings.redis_prefix,
            "AEROSTIC_KEYS": KEYS,
            "AEROSTIC_SECRET_KEY": "only for tests, and long enough to sign with",
            "AEROSTIC_PLUGIN_PATH": str(folder / "plugins"),
            "AEROSTIC_PLUGINS": '["acmewatch"]',
            "AEROSTIC_VAR": str(folder / "var"),
        }

    @contextmanager
    def run(self) -> Iterator[Process]:
        self.runs += 1
        log = self.folder / f"log-{self.runs}"
        with running("detect", "run", log=log, environment=self.environment) as process:
            process.says("detection begins", 60)
            yield process

    def attack(self, address: str, times: int = 10) -> float:
        """Wrong passwords from an address; the time."""
        now = time.time()
        self.bus.publish([tried(address, time=now) for _ in range(times)])
        return now

    def flag(self, address: str) -> Restriction | None:
        return self.restrictions.of([("address", address)]).get(("address", address))


@pytest.fixture
def town(app: Flask, settings: Settings, tmp_path: Path) -> Town:
    return Town(settings, tmp_path)


@pytest.mark.kill
def test_a_detector_of_a_plugin_blocks_an_address_and_the_process_ends_when_it_is_told_to(
    town: Town, redis: Redis, settings: Settings
) -> None:
    with town.run() as process:
        town.attack("x")
        eventually(lambda: town.flag("x"))
        eventually(lambda: rows(RiskDecision))
        assert (last(redis, settings.redis_prefix) or {})["detectors"] >= 1
        process.signal(signal.SIGTERM)
        assert process.ends() == 0
    assert town.bus.lag(GROUP) == 0


@pytest.mark.kill
def test_killed_it_forgets_nothing_and_counts_nothing_twice(town: Town) -> None:
    with town.run() as process:
        town.attack("x")
        town.attack("y", 9)
        eventually(lambda: town.flag("x"))
        eventually(lambda: town.bus.lag(GROUP) == 0)
        process.signal(signal.SIGKILL)
        process.ends()
    town.attack("z")
    with town.run():
        eventually(lambda: town.flag("z"), 30)
        assert town.flag("y") is None
        town.attack("y", 1)
        eventually(lambda: town.flag("y"))
        eventually(lambda: len(decided()) == 3)
    assert decided() == ["x", "y", "z"]


@pytest.mark.kill
def test_it_starts_while_postgresql_is_away_and_writes_down_when_it_is_back(
    town: Town, postgres_away: Callable[[bool], None], redis: Redis, settings: Settings
) -> None:
    with town.run():
        # The policy is committed a moment before it is kept, and the process is killed at the end of the block.
        eventually(lambda: Known(redis, settings.redis_prefix).last())
    postgres_away(True)
    with town.run() as process:
        process.says("detection begins without the database")
        town.attack("x")
        eventually(lambda: town.flag("x"))
        assert (last(redis, settings.redis_prefix) or {})["degraded"] == 1
        postgres_away(False)
        process.says("detection knows the database again")
        eventually(lambda: decided() == ["x"])
        process.signal(signal.SIGTERM)
        assert process.ends() == 0
    assert town.bus.lag(GROUP) == 0


def decided() -> list[str]:
    """The addresses decided about; other detectors that are installed have their own opinion of the account."""
    return sorted(row.subject for row in rows(RiskDecision) if row.subject_kind == "address")


@pytest.mark.kill
def test_a_flood_of_one_tenant_does_not_hold_up_the_others(town: Town) -> None:
    loud = new_id()
    with town.run():
        for _ in range(20):
            town.bus.publish([tried("loud", tenant_id=loud, time=time.time()) for _ in range(1_000)])
        began = town.attack("x")
        eventually(lambda: town.flag("x"))
        assert time.time() - began < 10
