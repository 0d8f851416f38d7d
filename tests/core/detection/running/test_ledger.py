"""What is owed to a database that is away for long: bounded, and what is worth most stays."""

from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from redis import Redis

from aerostic.db import new_id
from aerostic.detection.contract import Subject
from aerostic.detection.judging.deciding import Decision
from aerostic.detection.metrics import DROPPED
from aerostic.detection.running import ledger as ledgers
from aerostic.detection.running.ledger import Ledger
from aerostic.registry import runtime
from tests.support.detecting import NOW

TENANT, OTHER = new_id(), new_id()


def decided(subject: str, tenant_id: UUID | None = None, **more: object) -> Decision:
    made = Decision(Subject("user", subject, tenant_id), "block", 0.9, ("credentials",), (), NOW + 900, 1)
    return replace(made, **more)  # type: ignore[arg-type]


@pytest.fixture
def ledger(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """One that takes ten decisions in all, five of nobody's subjects, four of a tenant."""
    for name, most in {"MOST": 10, "OF_NOBODY": 5, "OF_TENANT": 4, "LOOK": 1}.items():
        monkeypatch.setattr(ledgers, name, most)
    return Ledger(runtime().redis, runtime().settings.redis_prefix, lambda: NOW)


def kept(ledger: Ledger) -> list[str]:
    return [decision.subject.id if decision else "?" for decision in ledger.all().values()]


def dropped(why: str) -> float:
    return DROPPED.labels(why)._value.get()


def test_as_long_as_there_is_room_everything_stays_in_its_order(ledger: Ledger) -> None:
    ledger.add([decided("a"), decided("b", action="watch"), decided("c", shadow=True)])
    ledger.add([decided("d", TENANT)])
    assert kept(ledger) == ["a", "b", "c", "d"]


def test_a_tenant_with_too_many_loses_its_own_and_no_others(ledger: Ledger) -> None:
    before = dropped("tenant")
    ledger.add(decided(f"other {n}", OTHER) for n in range(3))
    ledger.add(decided(f"loud {n}", TENANT) for n in range(9))
    assert kept(ledger) == [*(f"other {n}" for n in range(3)), *(f"loud {n}" for n in range(5, 9))]
    assert dropped("tenant") - before == 5


def test_addresses_have_a_bound_of_their_own(ledger: Ledger) -> None:
    ledger.add([decided("mine", TENANT), *(decided(f"{n}") for n in range(8))])
    assert kept(ledger) == ["mine", *(f"{n}" for n in range(3, 8))]


def test_in_all_there_are_never_more_than_the_bound(ledger: Ledger) -> None:
    before = dropped("total")
    for n in range(200):
        ledger.add([decided(f"{n}", new_id())])
        assert ledger.waiting() <= ledgers.MOST
    assert kept(ledger)[-1] == "199"
    assert dropped("total") - before == 200 - ledger.waiting()


def test_what_nobody_felt_goes_first_then_what_is_over_then_prolongations(ledger: Ledger) -> None:
    ledger.add(
        [
            decided("begun", TENANT),
            decided("prolonged", TENANT, prolongs=True),
            decided("over", TENANT, until=NOW - 1),
            decided("watched", TENANT, action="watch"),
        ]
    )
    lost = []
    for n in range(4):
        before = set(kept(ledger))
        ledger.add([decided(f"new {n}", TENANT)])
        lost += before - set(kept(ledger))
    assert lost == ["watched", "over", "prolonged", "begun"]


def test_of_prolongations_of_one_action_the_last_stays(ledger: Ledger) -> None:
    before, first = dropped("merged"), decided("x", TENANT)
    ledger.add([first])
    for n in range(30):
        ledger.add([replace(first, prolongs=True, until=NOW + 900 + n)])
    ledger.add([decided("y", OTHER)])
    left = [(one.prolongs, one.until - NOW) for one in ledger.all().values() if one]
    assert left[0] == (False, 900)
    assert left[-2:] == [(True, 929), (False, 900)]
    assert len(left) <= 5
    assert dropped("merged") - before == 32 - len(left)


def test_the_oldest_are_written_first_and_what_cannot_be_read_holds_nothing_up(ledger: Ledger, redis: Redis) -> None:
    prefix = runtime().settings.redis_prefix
    redis.hset(f"{prefix}:detection:owed", str(UUID(int=0)), b"{garbage")
    ledger.add([decided("a"), decided("b")])
    found = ledger.first(2)
    assert [decision and decision.subject.id for decision in found.values()] == [None, "a"]
    assert (ledger.settle(found), ledger.settle(found), kept(ledger)) == (2, 0, ["b"])
