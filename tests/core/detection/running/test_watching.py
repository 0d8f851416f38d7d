"""A tick from the bus to the flag, and the rows that follow."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Flask
from redis import Redis
from sqlalchemy import select

from aerostic.audit.models import AuditEntry
from aerostic.audit.sealing import seal_pending
from aerostic.db import new_id, platform_scope, transaction, utcnow
from aerostic.db.models import OutboxEvent
from aerostic.detection.contract import Tick
from aerostic.detection.judging.policy import DEFAULT
from aerostic.detection.models import RiskDecision, RiskPolicy, RiskSignal
from tests.core.detection.conftest import Station
from tests.support.detecting import NOW, Scripted, Wrong, signal, tried
from tests.support.factories import make_tenant

LOOKING = platform_scope("tests")


def rows(model: Any) -> list[Any]:
    """All rows of a table, by id."""
    with transaction(LOOKING) as session:
        return list(session.scalars(select(model).order_by(model.id)))


def acts() -> list[tuple[str, str]]:
    """What audits say of detection: the chain's tenant and the action."""
    seal_pending()
    with transaction(LOOKING) as session:
        entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    said = [(str(entry.tenant_id or ""), entry.body.partition('"action":"')[2].partition('"')[0]) for entry in entries]
    return [one for one in said if one[1].startswith(("mitigation.", "incident."))]


def test_a_flag_stands_when_the_tick_is_over_and_its_rows_follow(station: Station) -> None:
    assert station.tick(*(tried() for _ in range(10))) == (True, True)
    flag = station.flag("address", "x")
    assert flag and (flag.action, flag.until) == ("block", NOW + 900)
    assert rows(RiskDecision) == []
    station.parts.keeper.write()
    (decision,), (said,) = rows(RiskDecision), rows(RiskSignal)
    assert str(decision.id) == flag.decision_id
    assert (decision.signals, decision.families, decision.policy_version) == ([str(said.id)], ["credentials"], 1)
    assert (said.detector, said.version, said.evidence, said.subject) == ("tests.wrong", 1, {"count": 10}, "x")
    assert station.parts.ledger.all() == {}


def test_the_default_policy_becomes_the_first_version(station: Station) -> None:
    (row,) = rows(RiskPolicy)
    assert (row.version, row.state, row.document) == (1, "active", DEFAULT.model_dump(mode="json"))


def test_what_begins_and_what_runs_out_stands_in_the_audit_of_whom_it_concerns(
    app: Flask, install: Callable[..., None]
) -> None:
    tenant = new_id()
    install(Scripted(lambda tick: [signal("number", "n", tenant_id=tenant, time=tick.now)]))
    station = Station(app)
    station.watch.begin()
    station.now = utcnow().timestamp() - 3600
    station.tick(tried(time=station.now))
    station.parts.keeper.step()
    station.parts.keeper.step()
    (row,) = rows(RiskDecision)
    assert (row.ended_how, row.ended_at) == ("expired", row.until)
    assert acts() == [(str(tenant), "mitigation.began"), (str(tenant), "mitigation.ended")]


def test_what_begins_about_a_tenant_is_an_event_of_its_own_and_of_nobody_else(
    app: Flask, install: Callable[..., None]
) -> None:
    tenant = make_tenant().id
    found = [signal("number", "n", tenant_id=tenant), signal("address", "x")]
    install(Scripted(lambda _tick: found))
    station = Station(app)
    station.watch.begin()
    station.tick(tried())
    station.parts.keeper.write()
    of_tenant = [row for row in rows(RiskDecision) if row.tenant_id]
    with transaction(LOOKING) as session:
        told = session.scalars(select(OutboxEvent).where(OutboxEvent.type == "mitigation.began")).all()
    said = [{"decision_id": str(row.id), "action": row.action, "until": row.until.isoformat()} for row in of_tenant]
    common = {"subject_kind": "number", "families": ["credentials"]}
    assert len(said) == 1
    assert [(event.tenant_id, event.data) for event in told] == [(tenant, {**common, **one}) for one in said]


def test_watching_is_written_down_and_nothing_else(app: Flask, install: Callable[..., None]) -> None:
    install(Scripted(lambda tick: [signal(score=0.6)]))
    station = Station(app)
    station.watch.begin()
    station.tick(tried())
    station.parts.keeper.write()
    assert [row.action for row in rows(RiskDecision)] == ["watch"]
    assert (station.flag("address", "x"), acts()) == (None, [])


def test_a_policy_in_the_shadow_is_written_down_and_felt_by_nobody(station: Station) -> None:
    strict = DEFAULT.model_copy(update={"steps": (DEFAULT.steps[6],)})
    lax = DEFAULT.model_copy(update={"steps": (DEFAULT.steps[0],)})
    with transaction(LOOKING) as session:
        session.query(RiskPolicy).update({"state": "retired"})
        session.add(RiskPolicy(version=2, state="active", document=lax.model_dump(mode="json")))
        session.add(RiskPolicy(version=3, state="shadow", document=strict.model_dump(mode="json")))
    station.parts.keeper.read()
    station.tick(*(tried() for _ in range(10)))
    station.parts.keeper.write()
    found = {(row.policy_version, row.action, row.shadow) for row in rows(RiskDecision)}
    assert (found, station.flag("address", "x")) == ({(2, "watch", False), (3, "block", True)}, None)


def test_a_version_that_cannot_be_read_is_passed_over(station: Station) -> None:
    with transaction(LOOKING) as session:
        session.add(RiskPolicy(version=2, state="active", document={"steps": "none"}))
    assert station.parts.keeper.read().version == 1


def test_prolonged_the_same_row_and_flag_end_later(station: Station) -> None:
    station.tick(*(tried() for _ in range(10)))
    station.now = NOW + 500
    station.tick(*(tried(time=station.now) for _ in range(10)))
    station.parts.keeper.write()
    (row,), flag = rows(RiskDecision), station.flag("address", "x")
    assert flag and (flag.decision_id, flag.until) == (str(row.id), NOW + 1400)
    assert row.until.timestamp() == NOW + 1400


def test_what_is_replaced_ends(app: Flask, install: Callable[..., None]) -> None:
    said = [signal(score=0.78)]
    install(Scripted(lambda tick: said))
    station = Station(app)
    station.watch.begin()
    station.tick(tried())
    said[:] = [signal(score=0.95)]
    station.tick(tried())
    station.parts.keeper.write()
    assert [(row.action, row.ended_how) for row in rows(RiskDecision)] == [("slow", "replaced"), ("block", "")]
    flag = station.flag("address", "x")
    assert flag and flag.action == "block"


def lift(station: Station) -> None:
    """Staff let somebody go, as the console does it."""
    with transaction(LOOKING) as session:
        session.query(RiskDecision).update({"ended_at": utcnow(), "ended_how": "lifted"})
    station.restrictions.lift("address", "x")


def test_whom_people_let_go_has_to_be_found_again(app: Flask, install: Callable[..., None]) -> None:
    said = [signal(time=utcnow().timestamp())]
    install(Scripted(lambda tick: said))
    station = Station(app)
    station.watch.begin()
    station.now = utcnow().timestamp()
    station.tick(tried(time=station.now))
    station.parts.keeper.write()
    station.parts.keeper.read()
    station.tick()
    lift(station)
    station.parts.keeper.read()
    said.clear()
    station.tick(tried(time=station.now))
    assert station.flag("address", "x") is None
    said[:] = [signal(score=0.6, time=station.now)]
    station.tick(tried(time=station.now))
    station.parts.keeper.write()
    assert [row.action for row in rows(RiskDecision)] == ["block", "watch"]


def test_whom_people_let_go_at_once_stays_free(app: Flask, install: Callable[..., None]) -> None:
    """Before it was ever read that the decision is a row."""
    now = utcnow().timestamp()
    said = [signal(time=now)]
    install(Scripted(lambda tick: said))
    station = Station(app)
    station.watch.begin()
    station.now = now
    station.tick(tried(time=now))
    station.parts.keeper.write()
    lift(station)
    station.parts.keeper.read()
    station.tick()
    station.now = now + 500
    said[:] = [signal(time=station.now, score=0.6)]
    station.tick(tried(time=station.now))
    assert (station.flag("address", "x"), len(station.parts.engine.decider.standing.all())) == (None, 1)
    said[:] = [signal(time=station.now)]
    station.tick(tried(time=station.now))
    station.parts.keeper.write()
    flag = station.flag("address", "x")
    standing = [str(row.id) for row in rows(RiskDecision) if row.ended_at is None]
    assert flag and [flag.decision_id] == standing


def test_a_station_that_follows_knows_what_stands_and_sets_flags_again(
    app: Flask, station: Station, redis: Redis
) -> None:
    station.now = utcnow().timestamp()
    station.tick(*(tried(time=station.now) for _ in range(10)))
    station.parts.keeper.write()
    station.restrictions.lift("address", "x")
    second = Station(app)
    second.now = station.now
    second.watch.begin()
    flag = second.flag("address", "x")
    assert flag and flag.action == "block"
    assert second.tick(*(tried(time=station.now) for _ in range(10))) == (True, False)


def test_what_was_decided_and_is_no_row_yet_is_known_to_the_one_that_follows(app: Flask, station: Station) -> None:
    station.now = utcnow().timestamp()
    station.tick(*(tried(time=station.now) for _ in range(10)))
    second = Station(app)
    second.now = station.now
    second.watch.begin()
    assert second.tick(*(tried(time=station.now) for _ in range(10))) == (True, False)
    second.parts.keeper.write()
    assert [row.action for row in rows(RiskDecision)] == ["block"]


def test_what_detectors_have_learnt_outlives_a_restart(app: Flask, install: Callable[..., None]) -> None:
    first, second = Scripted(), Scripted()
    first.learnt = {"levels": [1.5, 2.5]}
    install(first)
    one = Station(app)
    one.watch.begin()
    one.parts.states.save_all()
    install(second)
    Station(app).watch.begin()
    assert second.learnt == {"levels": [1.5, 2.5]}


def test_each_is_asked_for_its_state_about_once_a_minute(app: Flask, install: Callable[..., None]) -> None:
    asked: list[int] = []
    detector = Scripted()
    detector.state = lambda: asked.append(1)  # type: ignore[method-assign]
    install(detector)
    station = Station(app)
    for second in range(130):
        station.now = NOW + second
        station.tick()
    assert len(asked) == 2


def test_a_detector_whose_state_cannot_be_kept_or_read_goes_on(app: Flask, install: Callable[..., None]) -> None:
    detector = Scripted()
    detector.learnt = {1j: 1}
    install(detector)
    station = Station(app)
    station.parts.states.save_all()
    detector.learnt = "x"
    station.parts.states.save_all()
    detector.restore = None  # type: ignore[assignment,method-assign]
    Station(app).watch.begin()


def test_a_tick_is_given_to_each_detector_with_its_own_windows(app: Flask, install: Callable[..., None]) -> None:
    ticks: list[Tick] = []
    install(Wrong(), Scripted(lambda tick: ticks.append(tick) or ()))  # type: ignore[func-returns-value]
    station = Station(app)
    station.watch.begin()
    station.tick(*(tried() for _ in range(4)))
    assert [len(tick.events) for tick in ticks] == [4]
    assert station.parts.windows.of("tests.wrong").total("wrong", "x", NOW) == 4


def test_two_processes_know_of_each_others_actions(app: Flask, station: Station) -> None:
    station.now = utcnow().timestamp()
    second = Station(app)
    second.now = station.now
    second.watch.begin()
    station.tick(*(tried(time=station.now) for _ in range(10)))
    station.parts.keeper.write()
    second.parts.keeper.read()
    assert second.tick(*(tried(time=station.now) for _ in range(11))) == (True, False)


def test_pages_that_are_open_are_told_whom_it_concerns(app: Flask, install: Callable[..., None]) -> None:
    tenant, told = new_id(), list[set[UUID | None]]()
    install(Scripted(lambda tick: [signal("number", "n", tenant_id=tenant), signal("address", "x")]))
    station = Station(app)
    station.parts.keeper._tell = told.append
    station.watch.begin()
    station.tick(tried())
    while station.parts.keeper.write():
        pass
    assert told == [{tenant, None}]
