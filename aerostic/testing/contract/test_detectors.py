"""Its detectors say what they are, want what there is, bear nothing to judge and rubbish, and give back what they have learnt."""

from datetime import UTC, datetime
from typing import Any

import orjson

from aerostic.db import Event, new_id
from aerostic.detection.contract import Counted, Detector, Exact, Signal, Tick
from aerostic.detection.windows import WindowStore
from aerostic.streams.observed.kinds import HEARD, OBSERVATIONS
from aerostic.testing.contract.test_names import declared

NOW = 4_000_000_000.0
WANTED = HEARD | {kind.name for kind in OBSERVATIONS}
NUMBERS = frozenset({"status", "count", "new", "cost", "balance"})


def detectors(plugin: str) -> list[Detector]:
    """Those that the plugin declared."""
    return declared("register_detectors", plugin)


def data_of(kind: str) -> dict[str, Any]:
    """The data of an observation, with nothing odd in it."""
    fields = next((one.data for one in OBSERVATIONS if one.name == kind), {})
    values: dict[str, Any] = dict.fromkeys(fields, "")
    values |= {name: 1 for name in fields if name in NUMBERS}
    values |= {name: False for name in fields if name in ("referred", "known")}
    return values | ({"links": []} if "links" in fields else {})


def tick(kinds: frozenset[str], now: float = NOW) -> Tick:
    """A tick with one event of each kind."""
    at, tenant = datetime.fromtimestamp(now, UTC), new_id()
    by_type = {kind: [Event(kind, tenant, str(tenant), data_of(kind), time=at)] for kind in sorted(kinds)}
    return Tick(now, [event for events in by_type.values() for event in events], by_type)


def test_its_detectors_say_what_they_are(installed_plugin: str) -> None:
    for detector in detectors(installed_plugin):
        assert isinstance(detector, Detector), f"{detector!r} is no sdk.detection.Detector"
        assert detector.name.startswith(f"{installed_plugin}."), f"{detector.name} has to start with the plugin's name"
        assert detector.title and detector.family, f"{detector.name} needs a title and a family"
        assert not detector.text or detector.text.endswith("."), f"the text of {detector.name} is a sentence"
        assert detector.version >= 1, f"the version of {detector.name} is a number from 1 on"


def test_its_detectors_want_observations_that_there_are(installed_plugin: str) -> None:
    for detector in detectors(installed_plugin):
        assert detector.subscribes, f"{detector.name} wants nothing"
        assert detector.subscribes - WANTED == set(), f"{detector.name} wants what no detector is given"


def test_the_windows_of_its_detectors_are_sane(installed_plugin: str) -> None:
    for detector in detectors(installed_plugin):
        names = [window.name for window in detector.windows]
        assert len(set(names)) == len(names), f"{detector.name} has two windows of one name"
        for window in detector.windows:
            assert isinstance(window, Counted | Exact), detector.name
            assert 0 < window.seconds <= 24 * 3600, f"{detector.name}: {window.name} reaches too far back, or nowhere"
            if isinstance(window, Counted):
                assert 0 < window.bucket <= window.seconds, f"{detector.name}: the buckets of {window.name} do not fit"
            else:
                assert 0 < window.most <= 1_000, f"{detector.name}: {window.name} keeps too many of a key"


def test_its_detectors_find_nothing_where_nothing_is_and_remember_across_a_restart(installed_plugin: str) -> None:
    """One ordinary event of each kind it wants. What it has learnt is JSON, and it goes on with anything it is given back."""
    for detector in detectors(installed_plugin):
        before = detector.state()
        windows = WindowStore(None, "", {detector.name: detector.windows}).of(detector.name)
        signals = list(detector.observe(tick(detector.subscribes), windows))
        assert all(isinstance(signal, Signal) for signal in signals), detector.name
        assert [signal for signal in signals if signal.score >= 0.9] == [], f"{detector.name} is sure of nothing at all"
        detector.restore(orjson.loads(orjson.dumps(detector.state(), option=orjson.OPT_SERIALIZE_NUMPY)))
        for rubbish in (None, [], {}, "x", {"version": -1}):
            detector.restore(rubbish)
        detector.restore(before)
