"""Servers that are away, and what is garbage: detection degrades, says so, and forgets nothing that it acted on."""

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import OperationalError

from aerostic.cli.services import Valkey, load_secrets
from aerostic.cli.services.children import free_port, start
from aerostic.detection.models import RiskDecision, RiskSignal
from aerostic.detection.running.keeping import MOST_SIGNALS
from aerostic.registry.runtime import KEY
from aerostic.security.restrictions import Restriction
from aerostic.streams.bus import BusError
from tests.core.detection.conftest import Station
from tests.core.detection.running.test_watching import rows
from tests.support.detecting import NOW, Wrong, signal, tried
from tests.support.processes import eventually


class Server:
    """A Valkey of the test's own, that can be killed."""

    def __init__(self, folder: Path) -> None:
        self.valkey = Valkey(folder, load_secrets(folder), free_port(), fsync="always")
        self.child: Any = None

    def start(self) -> None:
        self.valkey.prepare()
        self.child = start(self.valkey.command(), subprocess.DEVNULL)
        eventually(self.valkey.ready, 20)

    def kill(self) -> None:
        self.child.kill()
        self.child.wait()


@pytest.fixture
def server(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The application on a Valkey of its own."""
    own = Server(tmp_path)
    own.start()
    client = Redis.from_url(own.valkey.url, socket_timeout=2, socket_connect_timeout=2)
    before = app.extensions[KEY]
    settings = before.settings.model_copy(update={"redis_url": own.valkey.url})
    monkeypatch.setitem(app.extensions, KEY, replace(before, settings=settings, redis=client))
    yield own
    client.close()
    own.kill()


@contextmanager
def going(station: Station) -> Iterator[list[BaseException]]:
    """The loop in a thread; what it raised last."""
    stop, raised = threading.Event(), list[BaseException]()

    def loop() -> None:
        while not stop.is_set():
            try:
                with station.app.app_context():
                    station.watch.run(stop)
            except Exception as error:
                raised.append(error)
                stop.wait(0.1)

    thread = threading.Thread(target=loop)
    thread.start()
    try:
        yield raised
    finally:
        stop.set()
        thread.join(20)
    assert not thread.is_alive()


def attack(station: Station, address: str = "x") -> None:
    """Ten wrong passwords from an address, over the bus."""
    station.observations.publish([tried(address, time=station.now) for _ in range(10)])


def test_flags_are_set_while_postgresql_is_away_and_rows_follow(
    station: Station, postgres_away: Callable[[bool], None]
) -> None:
    postgres_away(True)
    assert station.tick(*(tried() for _ in range(10))) == (True, True)
    assert station.flag("address", "x")
    for _ in range(3):
        with pytest.raises(OperationalError):
            station.parts.keeper.step()
    postgres_away(False)
    station.parts.keeper.step()
    assert [row.action for row in rows(RiskDecision)] == ["block"]
    assert [row.detector for row in rows(RiskSignal)] == ["tests.wrong"]


def test_a_decision_that_cannot_be_read_does_not_keep_detection_from_starting(
    app: Flask, station: Station, redis: Redis
) -> None:
    station.tick(*(tried() for _ in range(10)))
    redis.hset(f"{app.extensions[KEY].settings.redis_prefix}:detection:owed", "0", b"[]")
    second = Station(app)
    second.watch.begin()
    second.parts.keeper.write()
    assert ([row.action for row in rows(RiskDecision)], second.parts.ledger.waiting()) == (["block"], 0)


def test_signals_that_wait_for_postgresql_are_bounded_and_the_oldest_go(station: Station) -> None:
    keeper = station.parts.keeper
    keeper.put(signal(subject=str(number), time=NOW + number) for number in range(MOST_SIGNALS + 5))
    assert (len(keeper._signals), keeper._signals[0].subject.id) == (MOST_SIGNALS, "5")


def test_a_row_that_the_database_refuses_goes_alone(station: Station) -> None:
    bad = replace(signal(subject="bad"), says="\x00")
    station.parts.keeper.put([signal(subject="a"), bad, signal(subject="b")])
    station.parts.keeper.write()
    assert sorted(row.subject for row in rows(RiskSignal)) == ["a", "b"]


def test_flags_that_redis_did_not_take_are_set_when_it_is_back(
    app: Flask, install: Callable[..., None], server: Server
) -> None:
    install(Wrong())
    station = Station(app)
    station.watch.begin()
    server.kill()
    assert station.tick(*(tried() for _ in range(10))) == (False, True)
    server.start()
    assert station.tick() == (True, False)
    flag = station.flag("address", "x")
    assert flag and flag.action == "block"
    station.parts.keeper.write()
    assert [row.action for row in rows(RiskDecision)] == ["block"]


def test_a_loop_whose_bus_goes_away_goes_on_when_it_is_back(
    app: Flask, install: Callable[..., None], server: Server
) -> None:
    install(Wrong())
    station = Station(app)
    with going(station) as raised:
        attack(station, "before")
        eventually(lambda: station.flag("address", "before"))
        server.kill()
        eventually(lambda: raised)
        with pytest.raises(BusError):
            attack(station, "lost")
        server.start()
        attack(station, "after")
        eventually(lambda: station.flag("address", "after"), 30)


def test_what_was_judged_and_not_committed_is_not_counted_twice(
    app: Flask, install: Callable[..., None], station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    events = [tried() for _ in range(9)]
    station.tick(*events)
    station.watch.settle()
    assert station.tick(*events) == (True, False)
    second = Station(app)
    second.watch.begin()
    assert second.tick(*events) == (True, False)
    assert second.parts.windows.of("tests.wrong").total("wrong", "x", NOW) == 9


def test_windows_that_redis_does_not_take_stay_in_memory(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(now: float, *, everything: bool = False) -> None:
        raise RedisError("away")

    monkeypatch.setattr(station.parts.windows, "flush", away)
    for _ in range(9):
        assert station.tick(tried()) == (True, False)
    assert station.tick(tried()) == (True, True)


def test_poison_on_the_bus_holds_nothing_up(station: Station, redis: Redis, app: Flask) -> None:
    prefix = app.extensions[KEY].settings.redis_prefix
    with going(station):
        for partition in range(8):
            for raw in (b"", b"{", b"[]", b'{"id": 1}', b'{"type": "x", "id": "y"}'):
                redis.xadd(f"{prefix}:observations:events:{partition}", {"event": raw})
            redis.xadd(f"{prefix}:observations:events:{partition}", {"what": "is this"})
        attack(station)
        eventually(lambda: station.flag("address", "x"))
    assert station.observations.lag("detection") == 0


def test_nothing_is_committed_before_its_flag_is_set(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    put, tried_to = station.parts.acting._restrictions.put, list[str]()
    away = True

    def perhaps(kind: str, subject: str, flag: Restriction) -> None:
        tried_to.append(subject)
        if away:
            raise RedisError("away")
        put(kind, subject, flag)

    monkeypatch.setattr(station.parts.acting._restrictions, "put", perhaps)
    with going(station):
        attack(station)
        eventually(lambda: len(tried_to) > 10)
        assert (station.flag("address", "x"), station.observations.lag("detection")) == (None, 10)
        away = False
        eventually(lambda: station.observations.lag("detection") == 0)
        assert station.flag("address", "x")


def test_events_from_the_future_are_judged_by_nobody_and_that_is_said(
    station: Station, capsys: pytest.CaptureFixture[str]
) -> None:
    """The clock of this process is five minutes slow."""
    assert station.tick(*(tried(time=NOW + 300) for _ in range(20))) == (True, False)
    assert "compare the clocks" in capsys.readouterr().out
