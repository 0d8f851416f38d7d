"""Incidents: what shares something is one matter; tenants are told, and not of each other."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import ProgrammingError

from aerostic.db import new_id, transaction
from aerostic.detection.contract import Signal
from aerostic.detection.incidents import Grouping, close_quiet
from aerostic.detection.incidents.grouping import MOST_OF_A_GROUP, WINDOW_SECONDS
from aerostic.detection.models import Incident, RiskDecision, RiskSignal, moment
from aerostic.detection.people.handling import close
from aerostic.detection.running.keeping import SERVICE, Keeper
from aerostic.detection.running.known import Known
from aerostic.detection.running.ledger import Ledger
from aerostic.registry import runtime
from tests.core.detection.conftest import Station
from tests.core.detection.running.test_watching import LOOKING, acts, rows
from tests.core.flows.starts import announced
from tests.support.detecting import NOW, Scripted, signal, tried

SHARED = frozenset({"content:1"})


def of(tenant: UUID, share: str = "content:1", **more: Any) -> Signal:
    """A tenant's, with something that others may have, too."""
    return signal("tenant", str(tenant), tenant_id=tenant, shares=frozenset({share}), **more)


@pytest.fixture
def keep(app: Flask) -> Callable[..., Keeper]:
    """Write signals down, by a keeper that is given or a new one."""

    def write(*signals: Signal, by: Keeper | None = None) -> Keeper:
        own = runtime()
        keeper = by or Keeper(
            Ledger(own.redis, own.settings.redis_prefix), Known(own.redis, own.settings.redis_prefix), {}
        )
        keeper.put(signals)
        keeper.write()
        return keeper

    return write


def linked() -> list[UUID | None]:
    """The incident of each signal, in their order."""
    return [row.incident_id for row in sorted(rows(RiskSignal), key=lambda row: row.time)]


def test_signals_of_two_tenants_that_share_something_are_one_incident(keep: Callable[..., Keeper]) -> None:
    a, b = new_id(), new_id()
    keep(of(a), of(b, time=NOW + 1, family="wave", score=0.7))
    (incident,) = rows(Incident)
    assert linked() == [incident.id, incident.id]
    assert (incident.state, incident.families, incident.score) == ("open", ["credentials", "wave"], 0.95)
    assert set(incident.shares) == {"content:1", f"tenant:{a}", f"tenant:{b}"}
    assert (incident.opened_at, incident.last_at) == (moment(NOW), moment(NOW + 1))


def test_each_tenants_audit_says_so_once_and_names_no_other(keep: Callable[..., Keeper], admin: Any) -> None:
    a, b = new_id(), new_id()
    keeper = keep(of(a), of(b, time=NOW + 1))
    keep(of(a, time=NOW + 20), of(b, time=NOW + 30), by=keeper)
    joined = sorted((str(tenant), "incident.joined") for tenant in (a, b))
    assert sorted(acts()) == [("", "incident.opened"), *joined]
    for own, other in ((a, b), (b, a)):
        bodies = admin.execute("SELECT body FROM audit_entry WHERE tenant_id = %s", [own]).fetchall()
        assert len(bodies) == 1 and str(other) not in bodies[0][0]


def test_each_tenant_hears_of_the_kinds_of_evidence_that_concern_it(keep: Callable[..., Keeper]) -> None:
    a, b, late = (new_id() for _ in range(3))
    both = signal(shares=SHARED, tenants=frozenset({a, b}), family="wave", time=NOW + 2)
    keeper = keep(of(a), of(b, time=NOW + 1, family="content"), both)
    with transaction(LOOKING) as session:
        session.query(Incident).update({"state": "closed"})
    keep(of(late, time=NOW + 60, family="money"), of(a, time=NOW + 61, family="money"), by=keeper)
    said = [(event.tenant_id, event.data["families"]) for one in (a, b, late) for event in announced(one)]
    assert said == [(a, ["credentials", "wave"]), (a, ["money"]), (b, ["content", "wave"]), (late, ["money"])]


def test_what_turns_out_to_be_one_matter_brings_along_what_each_tenant_hears_of(keep: Callable[..., Keeper]) -> None:
    a, b, c = (new_id() for _ in range(3))
    keeper = keep(of(a, family="wave"), of(b, "content:2", family="money", time=NOW + 1))
    keep(replace(of(c, time=NOW + 2), shares=frozenset({"content:1", "content:2"})), by=keeper)
    said = [event.data["families"] for one in (a, b, c) for event in announced(one)]
    assert said == [["wave"], ["money"], ["credentials"]]


def test_one_signal_alone_is_no_incident_and_belongs_to_it_when_it_is(keep: Callable[..., Keeper]) -> None:
    keeper = keep(of(new_id()))
    assert (rows(Incident), linked()) == ([], [None])
    keep(of(new_id(), time=NOW + 60), by=keeper)
    (incident,) = rows(Incident)
    assert linked() == [incident.id, incident.id]


def test_one_signal_that_concerns_several_tenants_is(keep: Callable[..., Keeper]) -> None:
    keep(signal(shares=SHARED, tenants=frozenset({new_id(), new_id()})))
    assert len(rows(Incident)) == 1


def test_what_is_shared_by_nobody_or_was_long_ago_is_another_matter(keep: Callable[..., Keeper]) -> None:
    keeper = keep(of(new_id()), of(new_id(), "content:2"))
    keep(of(new_id(), time=NOW + WINDOW_SECONDS + 1), by=keeper)
    assert rows(Incident) == []


def test_weak_signals_make_no_incident(keep: Callable[..., Keeper]) -> None:
    keep(of(new_id(), score=0.4), of(new_id(), score=0.4, time=NOW + 1))
    assert rows(Incident) == []


def test_shared_infrastructure_on_the_allow_list_joins_nothing(keep: Callable[..., Keeper]) -> None:
    grouping = Grouping()
    assert grouping.add([of(new_id()), of(new_id())], allowed=("content:1",)) == []
    signals = [signal("address", "x"), signal("address", "x", family="wave")]
    assert grouping.add(signals, allowed=("address:x",)) == []
    assert [group.matters for group in grouping.add(signals)] == [True]


def test_two_incidents_that_turn_out_to_be_one_become_the_older(keep: Callable[..., Keeper]) -> None:
    tenants = [new_id() for _ in range(5)]
    keeper = keep(*(of(tenant, time=NOW + n) for n, tenant in enumerate(tenants[:2])))
    keep(*(of(tenant, "content:2", time=NOW + 5 + n) for n, tenant in enumerate(tenants[2:4])), by=keeper)
    first, second = rows(Incident)
    with transaction(LOOKING) as session:
        session.get_one(Incident, second.id).note = "Ask Kim."
    both = replace(of(tenants[4], time=NOW + 9), shares=frozenset({"content:1", "content:2"}))
    keep(both, by=keeper)
    (left,) = rows(Incident)
    assert (left.id, left.note, left.opened_at) == (first.id, "Ask Kim.", moment(NOW))
    assert linked() == [first.id] * 5
    assert {share for share in left.shares if share.startswith("tenant:")} == {f"tenant:{one}" for one in tenants}


def test_a_keeper_that_follows_another_goes_on_with_its_incident(keep: Callable[..., Keeper]) -> None:
    a = new_id()
    keep(of(a), of(new_id(), time=NOW + 1))
    keep(of(new_id(), time=NOW + 2), of(a, time=NOW + 30))
    assert len(rows(Incident)) == 1
    assert [act for act in acts() if act[0] == str(a)] == [(str(a), "incident.joined")]


def test_what_comes_after_somebody_has_closed_it_is_a_new_one(keep: Callable[..., Keeper]) -> None:
    a, b, late = (new_id() for _ in range(3))
    keeper = keep(of(a), of(b, time=NOW + 1))
    with transaction(LOOKING) as session:
        session.query(Incident).update({"state": "closed"})
    keep(of(late, time=NOW + 60), by=keeper)
    assert [row.state for row in rows(Incident)] == ["closed", "open"]
    # Nobody is told again who has nothing to do with the new one.
    assert sorted(who for who, act in acts() if act == "incident.joined") == sorted(map(str, (a, b, late)))


def judged(verdict: str, at: float = NOW + 10) -> None:
    """Close every incident with a verdict."""
    with transaction(LOOKING) as session:
        for row in session.scalars(select(Incident)):
            close(session, row.id, verdict, "", moment(at))


def states() -> list[str]:
    return [row.state for row in rows(Incident)]


DAY = 86_400.0


@pytest.mark.parametrize("follows", [True, False], ids=["the same process", "another process"])
def test_a_false_alarm_stays_quiet_for_a_day_and_its_signals_are_put_with_it(
    keep: Callable[..., Keeper], follows: bool
) -> None:
    a, b = new_id(), new_id()
    keeper = keep(of(a), of(b, time=NOW + 1))
    judged("wrong")
    told = acts()
    for at in (NOW + 60, NOW + 7_200, NOW + DAY):
        keep(of(a, time=at), of(b, time=at + 1), by=keeper if follows else None)
    (incident,) = rows(Incident)
    assert (incident.state, linked(), acts()) == ("closed", [incident.id] * 8, told)
    keep(of(a, time=NOW + DAY + 11), of(b, time=NOW + DAY + 12), by=keeper if follows else None)
    assert states() == ["closed", "open"]


@pytest.mark.parametrize("follows", [True, False], ids=["the same process", "another process"])
@pytest.mark.parametrize(
    "more",
    [{"family": "wave"}, {"score": 0.9}, {"tenants": frozenset({new_id()})}],
    ids=["other evidence", "a higher grade", "another tenant"],
)
def test_a_false_alarm_that_becomes_more_is_an_incident_again(
    keep: Callable[..., Keeper], follows: bool, more: dict[str, Any]
) -> None:
    a, b = new_id(), new_id()
    keeper = keep(of(a, score=0.7), of(b, time=NOW + 1, score=0.7))
    judged("wrong")
    later = of(a, time=NOW + 60, score=0.8), of(b, time=NOW + 61, score=0.8)
    keeper = keep(*later, by=keeper if follows else None)
    assert states() == ["closed"]
    worse = {"score": 0.7, **more}
    keep(*(of(one, time=NOW + 62, **worse) for one in (a, b)), by=keeper if follows else None)
    assert states() == ["closed", "open"]


def test_a_new_member_makes_a_false_alarm_an_incident_again(keep: Callable[..., Keeper]) -> None:
    a = new_id()
    keeper = keep(of(a), of(new_id(), time=NOW + 1))
    judged("wrong")
    number = signal("number", "n1", tenant_id=a, shares=SHARED, time=NOW + 60)
    keep(number, by=keeper)
    assert (states(), linked()) == (["closed", "open"], [rows(Incident)[0].id] * 2 + [rows(Incident)[1].id])


def test_the_incident_after_a_false_alarm_can_be_one_as_well(keep: Callable[..., Keeper]) -> None:
    a, b, late = (new_id() for _ in range(3))
    keeper = keep(of(a), of(b, time=NOW + 1))
    judged("wrong")
    keep(of(late, time=NOW + 60), by=keeper)
    judged("wrong", NOW + 70)
    keep(of(late, time=NOW + 80), by=keeper)
    assert states() == ["closed", "closed"]


@pytest.mark.parametrize("verdict", ["right", ""])
def test_what_was_no_false_alarm_opens_again(keep: Callable[..., Keeper], verdict: str) -> None:
    a, b = new_id(), new_id()
    keeper = keep(of(a), of(b, time=NOW + 1))
    if verdict:
        judged(verdict)
    else:
        with transaction(SERVICE) as session:
            close_quiet(session, moment(NOW) + timedelta(hours=2))
    keep(of(a, time=NOW + 60), by=keeper)
    assert states() == ["closed", "open"]


def test_it_closes_by_itself_when_it_has_been_quiet_and_nothing_stands(keep: Callable[..., Keeper]) -> None:
    keep(of(new_id()), of(new_id(), time=NOW + 1))
    (incident,) = rows(Incident)
    for minutes, stands, expected in ((59, False, 0), (62, True, 0), (62, False, 1), (63, False, 0)):
        with transaction(LOOKING) as session:
            session.query(RiskDecision).delete()
            if stands:
                values = {"subject_kind": "address", "subject": "x", "action": "block", "score": 1, "families": []}
                until = moment(NOW + 9_999)
                session.add(RiskDecision(incident_id=incident.id, signals=[], policy_version=1, until=until, **values))
        with transaction(SERVICE) as session:
            assert len(close_quiet(session, moment(NOW) + timedelta(minutes=minutes))) == expected
    assert rows(Incident)[0].state == "closed"
    assert ("", "incident.closed") in acts()


def test_actions_are_part_of_the_incident_those_before_it_was_one_too(app: Flask, install: Callable[..., None]) -> None:
    said: list[Signal] = []
    install(Scripted(lambda tick: said))
    station = Station(app)
    station.watch.begin()
    for subject, share in (("n1", "content:1"), ("n2", "content:1"), ("n3", "content:1"), ("n4", "content:9")):
        tenant = new_id()
        said[:] = [signal("number", subject, tenant_id=tenant, shares=frozenset({share}))]
        station.tick(tried(tenant_id=tenant))
        station.parts.keeper.write()
    (incident,) = rows(Incident)
    found = {row.subject: row.incident_id for row in rows(RiskDecision)}
    assert found == {"n1": incident.id, "n2": incident.id, "n3": incident.id, "n4": None}


def test_what_was_rolled_back_is_written_again(keep: Callable[..., Keeper], admin: "psycopg.Connection[Any]") -> None:
    a, b = new_id(), new_id()
    keeper = keep(of(a))
    keeper.put([of(b, time=NOW + 1)])
    admin.execute("ALTER TABLE risk_signal RENAME TO risk_signal_away")
    try:
        with pytest.raises(ProgrammingError):
            keeper._transaction(list(keeper._signals), [])
    finally:
        admin.execute("ALTER TABLE risk_signal_away RENAME TO risk_signal")
    assert (rows(Incident), acts()) == ([], [])
    keeper.write()
    assert linked() == [rows(Incident)[0].id] * 2
    joined = {act for act in acts() if act[1] == "incident.joined"}
    assert joined == {(str(a), "incident.joined"), (str(b), "incident.joined")}


def test_a_group_is_bounded() -> None:
    grouping = Grouping()
    for number in range(MOST_OF_A_GROUP + 50):
        (group,) = grouping.add([of(new_id(), time=NOW + number / 100)])
    assert (len(group.tenants), len(group.unlinked), group.matters) == (MOST_OF_A_GROUP, MOST_OF_A_GROUP, True)
