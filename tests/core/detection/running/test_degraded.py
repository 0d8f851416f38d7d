"""Detection starts while PostgreSQL is away: by what was known last, or watching only; and catches up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy.exc import OperationalError

from aerostic.db import new_id, transaction, utcnow
from aerostic.db.engine import UnsafeRoleError
from aerostic.detection.judging.policy import DEFAULT
from aerostic.detection.metrics import DEGRADED
from aerostic.detection.models import RiskDecision, RiskOverride, RiskPolicy, RiskSignal, moment
from aerostic.detection.running import keeping
from aerostic.detection.running.known import Known
from aerostic.detection.running.pulse import beat, meter
from aerostic.registry import runtime
from tests.core.detection.conftest import Station
from tests.core.detection.running.test_watching import LOOKING, rows
from tests.support.detecting import NOW, Wrong, tried

Away = Callable[[bool], None]


@pytest.fixture
def start(app: Flask, install: Callable[..., None]) -> Callable[[], Station]:
    """Start detection as another process would."""
    install(Wrong())

    def begun() -> Station:
        made = Station(app)
        made.watch.begin()
        return made

    return begun


def attack(station: Station, address: str = "x") -> None:
    station.tick(*(tried(address, time=station.now) for _ in range(10)))


def back(station: Station, away: Away) -> None:
    """The database is there again, and both threads have had their turn."""
    away(False)
    station.parts.keeper.step()
    station.tick()


def added(row: Any) -> None:
    with transaction(LOOKING) as session:
        session.add(row)


@contextmanager
def gone(away: Away) -> Iterator[None]:
    away(True)
    try:
        yield
    finally:
        away(False)


def test_where_nothing_is_known_nobody_is_acted_on_until_the_database_is_back(
    start: Callable[[], Station], postgres_away: Away, capsys: pytest.CaptureFixture[str]
) -> None:
    postgres_away(True)
    station = start()
    assert "detection begins without the database" in capsys.readouterr().out
    attack(station)
    assert (station.flag("address", "x"), station.parts.keeper.is_away()) == (None, True)
    back(station, postgres_away)
    assert "detection knows the database again" in capsys.readouterr().out
    station.now += 5
    attack(station)
    flag = station.flag("address", "x")
    assert flag and flag.action == "block"
    station.parts.keeper.step()
    found = [(row.action, row.policy_version, row.ended_how) for row in rows(RiskDecision)]
    assert (found, station.parts.keeper.is_away()) == ([("watch", 0, "replaced"), ("block", 1, "")], False)
    assert {row.subject for row in rows(RiskSignal)} == {"x"}


def test_what_staff_said_last_holds_while_the_database_is_away(
    start: Callable[[], Station], postgres_away: Away
) -> None:
    document = DEFAULT.model_copy(update={"allowed": ("address:ours",)}).model_dump(mode="json")
    added(RiskPolicy(version=7, document=document, state="active"))
    spared = {"subject_kind": "address", "subject": "spared", "most": "", "reason": "ours"}
    added(RiskOverride(**spared, created_at=utcnow(), until=moment(NOW + 1_000)))
    start()
    postgres_away(True)
    station = start()
    for address in ("x", "ours", "spared"):
        attack(station, address)
    assert [bool(station.flag("address", one)) for one in ("x", "ours", "spared")] == [True, False, False]
    back(station, postgres_away)
    assert [(row.subject, row.action, row.policy_version) for row in rows(RiskDecision)] == [("x", "block", 7)]


def test_what_stood_is_not_decided_again(start: Callable[[], Station], postgres_away: Away) -> None:
    first = start()
    attack(first)
    first.parts.keeper.write()
    first.parts.keeper.read()
    postgres_away(True)
    station = start()
    station.now += 60
    attack(station)
    back(station, postgres_away)
    assert len(rows(RiskDecision)) == 1


def test_what_was_lifted_meanwhile_is_not_done_again(start: Callable[[], Station], postgres_away: Away) -> None:
    first = start()
    attack(first)
    first.parts.keeper.write()
    first.parts.keeper.read()
    with transaction(LOOKING) as session:
        (row,) = session.query(RiskDecision)
        row.ended_at, row.ended_how = utcnow(), "lifted"
    first.restrictions.lift("address", "x")
    with gone(postgres_away):
        station = start()
        assert station.flag("address", "x") is None
    back(station, postgres_away)
    assert (station.flag("address", "x"), dict(station.parts.engine.decider.standing.all())) == (None, {})


def test_a_decision_that_is_no_row_yet_has_its_flag_again(start: Callable[[], Station], postgres_away: Away) -> None:
    first = start()
    attack(first)
    first.restrictions.lift("address", "x")
    postgres_away(True)
    assert start().flag("address", "x")


def test_flags_of_rows_are_set_again_when_the_database_is_back(
    start: Callable[[], Station], postgres_away: Away
) -> None:
    first = start()
    attack(first)
    first.parts.keeper.write()
    first.restrictions.lift("address", "x")
    postgres_away(True)
    station = start()
    assert station.flag("address", "x") is None
    back(station, postgres_away)
    assert station.flag("address", "x")


GARBAGE = [
    b"{",
    b"[]",
    b'{"policy": [{}, 1], "shadow": null, "standing": [], "limits": []}',
    b'{"policy": [{"steps": "all"}, 1], "shadow": null, "standing": [], "limits": []}',
]


@pytest.mark.parametrize("raw", GARBAGE)
def test_garbage_is_as_good_as_nothing(
    start: Callable[[], Station], postgres_away: Away, redis: Redis, raw: bytes
) -> None:
    redis.set(f"{runtime().settings.redis_prefix}:detection:known", raw)
    postgres_away(True)
    station = start()
    attack(station)
    assert station.flag("address", "x") is None


def test_an_action_that_there_is_not_makes_all_of_it_garbage(start: Callable[[], Station], redis: Redis) -> None:
    station = start()
    key = f"{runtime().settings.redis_prefix}:detection:known"
    known = Known(redis, runtime().settings.redis_prefix)
    assert known.last() == station.parts.keeper.read()
    raw = redis.get(key)
    redis.set(
        key, raw.replace(b'"standing":[]', f'"standing":[["address","x","{UUID(int=1)}","shoot",1,null]]'.encode())
    )
    assert known.last() is None


def test_a_role_that_sees_everything_is_refused_when_the_database_is_back(
    start: Callable[[], Station], postgres_away: Away, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(engine: object) -> None:
        raise UnsafeRoleError

    with gone(postgres_away):
        station = start()
        attack(station)
        with pytest.raises(OperationalError):
            station.parts.keeper.step()
    with monkeypatch.context() as patch:
        patch.setattr(keeping, "check_role", refused)
        with pytest.raises(UnsafeRoleError):
            station.parts.keeper.step()
    assert (rows(RiskDecision), rows(RiskSignal)) == ([], [])


def test_the_pulse_says_that_it_goes_by_what_it_knew(app: Flask) -> None:
    own = runtime()
    for degraded in (1.0, 0.0):
        beat(own.redis, own.settings.redis_prefix, {"at": NOW, "degraded": degraded})
        meter(own.redis, own.settings.redis_prefix)
        assert DEGRADED._value.get() == degraded


def test_known_things_come_back_as_they_were(start: Callable[[], Station]) -> None:
    tenant = new_id()
    added(RiskPolicy(version=2, document=DEFAULT.model_dump(mode="json"), state="active"))
    added(RiskPolicy(version=3, document=DEFAULT.model_dump(mode="json"), state="shadow"))
    said = {"subject_kind": "tenant", "subject": str(tenant), "most": "slow", "reason": "sale"}
    added(RiskOverride(**said, tenant_id=tenant, created_at=utcnow(), until=moment(NOW)))
    station = start()
    attack(station)
    station.parts.keeper.write()
    assert station.parts.keeper.read() == station.parts.known.last()
