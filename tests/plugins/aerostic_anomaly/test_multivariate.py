"""The forest finds what no single figure tells, says why, and leaves the honest alone."""

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from aerostic_anomaly.figures import BALANCE, COST, OBJECTS, PLACES, Figures
from aerostic_anomaly.multivariate import ASKING, MOST, SENDING, Multivariate

from aerostic.db import Event
from aerostic.detection.forest.fitting import fit
from aerostic.detection.forest.sample import ROW, Gathering
from aerostic.detection.forest.scoring import Forest
from aerostic.detection.forest.versions import Loaded
from aerostic.detection.judging.policy import DEFAULT
from aerostic.sdk.detection import FEATURES, Key, Signal
from tests.plugins.aerostic_anomaly.street import BEGIN, Street, asked, failed, planned, tick, tried

Scene = tuple[Street, Multivariate, Forest]
LEARNT, USUAL = 2_400, 1_200
NO_WINDOWS: Any = None


@pytest.fixture(scope="module")
def learnt() -> tuple[Any, Loaded]:
    """What forty minutes of a usual street teach: the state of the detector, and a model."""
    forest, street = Forest(), Street()
    forest.gathering = Gathering(4_000, seed=1)
    detector = Multivariate(forest)
    for one in street.seconds(LEARNT):
        assert list(detector.observe(one, NO_WINDOWS)) == []
    rows = np.frombuffer(b"".join(forest.gathering.take()), ROW)["row"]
    return detector.state(), Loaded(3, fit(rows, 1))


@pytest.fixture
def scene(learnt: tuple[Any, Loaded]) -> Scene:
    """The same street, some minutes later, after a restart."""
    state, model = learnt
    street, forest = Street(seed=2), Forest(model)
    detector = Multivariate(forest)
    detector.restore(state)
    street.now = BEGIN + LEARNT
    for one in street.seconds(240):
        list(detector.observe(one, NO_WINDOWS))
    return street, detector, forest


def during(scene: Scene, seconds: int, *more: Callable[[Street], list[Event]]) -> list[Signal]:
    street, detector, _ = scene
    return [signal for one in street.seconds(seconds, *more) for signal in detector.observe(one, NO_WINDOWS)]


def scraping(street: Street) -> list[Event]:
    """A stolen key from strange addresses walks through everything there is."""
    at = street.random.integers(1_000_000, size=15)
    return [asked(UUID(int=41), "k40", f"x{n % 7}", f"s{n}", 404 if n % 5 == 0 else 200) for n in at.tolist()]


def draining(street: Street) -> list[Event]:
    """A small shop writes to thousands that it never wrote to, and they do not exist."""
    tenant = UUID(int=51)
    return [planned(tenant, 400, 400, cost=100, balance=150), *(failed(tenant) for _ in range(200))]


def test_a_key_that_does_what_none_does_is_found_within_seconds_with_its_reasons(scene: Scene) -> None:
    street, began = scene[0], scene[0].now
    signals = [one for one in during(scene, 40, scraping) if one.subject.id == "k40"]
    first = signals[0]
    assert first.time - began <= 20
    assert (first.detector, first.family, first.says) == ("anomaly.multivariate", "multivariate", ASKING)
    assert (first.subject.kind, first.subject.tenant_id) == ("key", UUID(int=41))
    assert first.shares == {"key:k40"}
    assert first.evidence["model"] == 3
    reasons = first.evidence.keys() - {"model", "rank"}
    assert reasons <= {"asked", "objects", "places", "errors"}
    assert all(float(first.evidence[name]) > 1.5 for name in reasons)
    assert 0.6 < max(one.score for one in signals) <= MOST
    assert street.now - began == 40


def test_alone_it_leads_to_watching_and_to_nothing_else(scene: Scene) -> None:
    signals = during(scene, 60, scraping, draining)
    steps = [DEFAULT.decide(max(one.score for one in signals), 1, kind) for kind in ("key", "tenant", "address")]
    assert [step and step.action for step in steps] == ["watch"] * 3


def test_a_tenant_that_sends_as_none_does_is_found(scene: Scene) -> None:
    signals = [one for one in during(scene, 30, draining) if one.subject.kind == "tenant"]
    assert {one.subject.id for one in signals} == {str(UUID(int=51))}
    assert signals[0].says == SENDING
    assert signals[0].shares == frozenset()


def test_an_address_is_told_with_the_tenants_that_it_came_to(scene: Scene) -> None:
    def stuffing(street: Street) -> list[Event]:
        n = street.random.integers(1_000_000, size=12).tolist()
        return [*(tried(f"v{at}", "evil", "wrong") for at in n), asked(UUID(int=7), "k6", "evil", f"z{n[0]}", 401)]

    signals = [one for one in during(scene, 40, stuffing) if one.subject.kind == "address"]
    assert {one.subject.id for one in signals} == {"evil"}
    assert signals[0].tenants == {UUID(int=7)}
    assert signals[0].subject.tenant_id is None
    assert signals[0].shares == {"address:evil"}


def test_usual_minutes_have_next_to_no_signals(scene: Scene) -> None:
    """Of some 60,000 looks; those of one subject come together."""
    subjects = {one.subject.id for one in during(scene, USUAL)}
    assert len(subjects) <= 2


def test_the_sale_day_of_the_largest_is_no_signal(scene: Scene) -> None:
    """Twenty times the messages, to customers it knows, paid from a full wallet, with the calls that go with them."""
    tenant = UUID(int=1)

    def sale(street: Street) -> list[Event]:
        calls = [asked(tenant, "k0", "a0", f"o{n}") for n in street.random.integers(30, size=20)]
        return [planned(tenant, 160, 16, cost=40, balance=90_000), *calls]

    largest = {str(tenant), "k0", "a0"}
    assert [one for one in during(scene, 120, sale) if one.subject.id in largest] == []


def test_without_a_model_it_is_silent_and_goes_on_learning(scene: Scene) -> None:
    scene[2].local = None
    assert during(scene, 30, scraping) == []
    assert scene[2].gathering._offered > 0


def test_evidence_holds_numbers_only(scene: Scene) -> None:
    for one in during(scene, 40, scraping, draining):
        assert {type(value) for value in one.evidence.values()} <= {int, float}
        assert one.evidence.keys() - {"model", "rank"} <= FEATURES.keys()


def test_the_same_is_judged_the_same_each_time(learnt: tuple[Any, Loaded]) -> None:
    def found() -> list[Signal]:
        street, detector = Street(seed=2), Multivariate(Forest(learnt[1]))
        detector.restore(learnt[0])
        return [one for a_tick in street.seconds(90, scraping) for one in detector.observe(a_tick, NO_WINDOWS)]

    assert found() == found() != []


def test_things_and_places_count_when_they_are_new() -> None:
    tenant, figures = UUID(int=1), Figures()
    events = [asked(tenant, "k", "a", "x"), asked(tenant, "k", "a", "x"), asked(tenant, "k", "b", "y")]
    sums, tenants = figures.of(tick(1.0, events))
    key = Key("key", "k", str(tenant))
    assert (sums[key][OBJECTS], sums[key][PLACES]) == (2, 2)
    assert tenants == {Key("address", "a"): {tenant}, Key("address", "b"): {tenant}}
    again, _ = figures.of(tick(2.0, events))
    assert (again[key][OBJECTS], again[key][PLACES]) == (0, 0)


def test_a_wallet_that_is_not_known_says_nothing() -> None:
    event = planned(UUID(int=1), 10, cost=5)
    event.data["balance"] = -1
    sums, _ = Figures().of(tick(1.0, [event]))
    [found] = sums.values()
    assert (found[COST], found[BALANCE]) == (0, 0)


def test_who_is_not_known_is_no_subject() -> None:
    event = asked(UUID(int=1), "k", "")
    sums, tenants = Figures().of(tick(1.0, [event, tried("", "")]))
    assert ([key.kind for key in sums], tenants) == (["key"], {})
    detector = Multivariate(Forest())
    assert list(detector.observe(tick(1.0, [tried("", "")]), NO_WINDOWS)) == []


def test_an_event_costs_less_than_forty_microseconds_of_cpu(learnt: tuple[Any, Loaded]) -> None:
    """Ticks of 250 events of a street of 300: what is touched is looked at every two seconds, in one batch."""
    street, detector = Street(shops=300, seed=3), Multivariate(Forest(learnt[1]))
    detector.restore(learnt[0])
    ticks = []
    while len(ticks) < 240:
        events = street.usual() + street.usual()
        street.now += 0.05
        ticks.append(tick(street.now, events[:250]))
    took = []
    for part in (ticks[:80], ticks[80:160], ticks[160:]):
        began = time.process_time()
        for one in part:
            list(detector.observe(one, NO_WINDOWS))
        took.append((time.process_time() - began) / sum(len(one.events) for one in part))
    print("us an event:", [round(each * 1e6, 1) for each in took])
    assert min(took) < 40e-6, took
