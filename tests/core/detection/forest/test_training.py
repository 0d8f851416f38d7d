"""Versions come, wait in the shadow, are judged on what they have never seen, and take over only where they are not worse."""

from datetime import timedelta

import numpy as np
import orjson
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from aerostic.audit.models import AuditPending
from aerostic.db import platform_scope, service_scope, tenant_scope, transaction, utcnow
from aerostic.detection.forest import jobs, training, versions
from aerostic.detection.forest.features import NAMES, Rows
from aerostic.detection.forest.fitting import fit
from aerostic.detection.forest.models import RiskModel
from aerostic.detection.forest.sample import ROW, Sample
from aerostic.detection.forest.scoring import Forest, keep, refresh
from aerostic.detection.forest.training import Outcome, retrain
from aerostic.registry import runtime
from tests.core.detection.forest.rows import odd, ordinary
from tests.support.factories import make_tenant

pytestmark = pytest.mark.usefixtures("app")
SCOPE = service_scope("detection")


class House:
    """A platform whose rows and clock the test gives."""

    def __init__(self) -> None:
        self.now = utcnow()
        ours = runtime()
        self.sample = Sample(ours.redis, ours.settings.redis_prefix)

    def sees(self, rows: Rows) -> None:
        """Rows of the moment."""
        packed = np.empty(len(rows), ROW)
        packed["time"], packed["row"] = self.now.timestamp(), rows
        key = self.sample._key
        start = runtime().redis.hlen(key)
        runtime().redis.hset(key, mapping={str(start + at): row.tobytes() for at, row in enumerate(packed)})

    def later(self, **time: int) -> None:
        self.now += timedelta(**time)

    def looks(self) -> Outcome:
        return retrain(lambda: self.now)

    def states(self) -> dict[int, str]:
        with transaction(SCOPE) as session:
            return {row.version: row.state for row in reversed(versions.listed(session))}

    def row(self, version: int) -> RiskModel:
        with transaction(SCOPE) as session:
            return session.scalars(select(RiskModel).where(RiskModel.version == version)).one()


@pytest.fixture
def house() -> House:
    return House()


def test_there_is_no_model_before_there_are_enough_rows(house: House) -> None:
    house.sees(ordinary(511))
    assert house.looks() == Outcome("waiting", None, "There are 511 rows; a model needs 512.")
    assert house.states() == {}


def test_the_first_version_judges_at_once(house: House) -> None:
    house.sees(ordinary(600))
    assert house.looks() == Outcome("first", 1, "there was none before")
    assert (house.states(), house.row(1).rows) == ({1: "active"}, 600)


def test_nothing_is_done_while_the_active_one_is_young_and_rows_are_as_they_were(house: House) -> None:
    house.sees(ordinary(600))
    house.looks()
    house.later(hours=23)
    house.sees(ordinary(600, seed=2))
    assert house.looks().what == "kept"
    assert max(house.row(1).drift.values()) < 0.25


def test_a_day_later_a_new_version_waits_in_the_shadow_and_takes_over_when_it_did_not_do_worse(house: House) -> None:
    house.sees(ordinary(900))
    house.looks()
    house.later(hours=25)
    assert house.looks() == Outcome("shadow", 2)
    house.later(minutes=10)
    assert house.looks() == Outcome("waiting", 2, "Its shadow has seen 0 rows of 512.")
    house.sees(ordinary(600, seed=3))
    assert house.looks().what == "promoted"
    assert house.states() == {1: "retired", 2: "active"}
    assert house.row(1).reason == "version 2 took its place"
    assert set(house.row(2).metrics) == {"own", "active", "rows", "in_shadow"}


def test_rows_that_have_moved_ask_for_a_new_version_but_not_more_than_hourly(house: House) -> None:
    house.sees(ordinary(600))
    house.looks()
    house.later(minutes=30)
    house.sees(ordinary(900, seed=2, moved=0.8))
    assert house.looks().what == "kept"
    house.later(minutes=31)
    assert house.looks().what == "shadow"


def test_a_version_that_does_worse_at_once_is_kept_but_never_judges(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.sees(ordinary(900))
    house.looks()
    house.later(hours=25)
    # Fitted to rows in which everything is ordinary, it finds nothing odd.
    blind = fit(np.random.default_rng(1).uniform(-6, 6, (900, len(NAMES))), 1)
    monkeypatch.setattr(training, "fit", lambda rows, seed: blind)
    outcome = house.looks()
    assert (outcome.what, outcome.version) == ("refused", 2)
    assert outcome.reason.startswith("it tells fewer pairs apart: ")
    assert house.states() == {1: "active", 2: "saved"}
    assert house.row(2).reason == outcome.reason


def test_a_version_that_does_worse_in_the_shadow_is_retired(house: House) -> None:
    house.sees(ordinary(900))
    house.looks()
    blind = fit(np.random.default_rng(1).uniform(-6, 6, (900, len(NAMES))), 1)
    with transaction(SCOPE) as session:
        versions.save(session, blind, rows=900, metrics={}, state="shadow", now=house.now)
    house.later(minutes=10)
    house.sees(ordinary(600, seed=3))
    outcome = house.looks()
    assert (outcome.what, outcome.version) == ("retired", 2)
    assert house.states() == {1: "active", 2: "retired"}


def test_a_model_that_this_code_cannot_read_is_replaced(house: House) -> None:
    house.sees(ordinary(600))
    house.looks()
    with transaction(SCOPE) as session:
        session.scalars(select(RiskModel)).one().arrays = b"of another time"
    assert house.looks().what == "first"
    assert house.states() == {1: "retired", 2: "active"}


def test_two_looks_at_once_do_not_meet(house: House) -> None:
    house.sees(ordinary(600))
    with transaction(SCOPE) as session:
        assert versions.alone(session)
        assert house.looks().what == "busy"
    assert house.looks().what == "first"


def test_there_is_one_active_version_whatever_anybody_writes(house: House) -> None:
    house.sees(ordinary(600))
    house.looks()
    with pytest.raises(IntegrityError), transaction(SCOPE) as session:
        versions.save(session, fit(ordinary(600), 1), rows=1, metrics={}, state="active", now=house.now)


def test_arrays_of_old_versions_go_and_those_of_the_active_one_stay(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "KEPT", 2)
    house.sees(ordinary(600))
    house.looks()
    model = fit(ordinary(600), 1)
    with transaction(SCOPE) as session:
        for _ in range(3):
            versions.save(session, model, rows=1, metrics={}, state="saved", now=house.now)
    assert [bool(house.row(version).arrays) for version in (1, 2, 3, 4)] == [True, False, True, True]


def test_staff_choose_a_version_and_the_audit_log_says_so(house: House) -> None:
    house.sees(ordinary(600))
    house.looks()
    with transaction(SCOPE) as session:
        versions.save(session, fit(ordinary(600), 1), rows=1, metrics={}, state="saved", now=house.now)
    with transaction(platform_scope("tests")) as session:
        versions.choose(session, 2, "fewer false alarms in the scorecard")
    assert house.states() == {1: "retired", 2: "active"}
    with transaction(platform_scope("tests")) as session:
        [body] = session.scalars(select(AuditPending.body)).all()
    assert orjson.loads(body)["action"] == "forest.chosen"


def test_a_version_whose_arrays_are_gone_cannot_be_chosen(house: House) -> None:
    with transaction(SCOPE) as session:
        versions.save(session, fit(ordinary(600), 1), rows=1, metrics={}, state="saved", now=house.now).arrays = b""
    with transaction(platform_scope("tests")) as session, pytest.raises(versions.VersionError, match="arrays are gone"):
        versions.choose(session, 1, "")
    with transaction(platform_scope("tests")) as session, pytest.raises(LookupError):
        versions.choose(session, 9, "")


def test_no_tenant_sees_a_version(house: House) -> None:
    house.sees(ordinary(600))
    house.looks()
    with transaction(tenant_scope(make_tenant().id)) as session:
        assert session.scalars(select(RiskModel)).all() == []


def test_the_recurring_job_trains(house: House, app: Flask) -> None:
    house.sees(ordinary(600))
    assert runtime().schedules["detection.forest"].function is jobs.train
    jobs.train()
    assert house.states() == {1: "active"}


class Once:
    """Told to stop after one round."""

    def __init__(self) -> None:
        self.rounds = 0

    def is_set(self) -> bool:
        return self.rounds > 0

    def wait(self, seconds: float) -> bool:
        self.rounds += 1
        return True


def test_a_process_loads_what_is_active_and_hands_over_what_it_saw(house: House) -> None:
    forest = Forest()
    forest.judge(ordinary(600), 5.0)
    keep(Once(), forest)  # type: ignore[arg-type]
    assert (forest.local, len(house.sample.read()[1])) == (None, pytest.approx(256, abs=10))
    house.sees(ordinary(600))
    house.looks()
    keep(Once(), forest)  # type: ignore[arg-type]
    assert forest.local is not None
    assert forest.local.version == 1


def test_a_model_is_loaded_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.sees(ordinary(600))
    house.looks()
    forest = Forest()
    refresh(forest)
    before = forest.local
    refresh(forest)
    assert forest.local is before


def test_without_a_model_nobody_judges_and_the_sample_goes_on(house: House) -> None:
    forest = Forest()
    assert forest.judge(odd(asked=6), 0.0) is None
    assert len(forest.gathering.take()) == 1
