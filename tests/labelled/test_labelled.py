"""The labelled streams: the same for the same seed, and made of what the platform really observes."""

import hashlib
from collections import Counter

import pytest

from aerostic.db import Event
from aerostic.streams import catalogue
from aerostic.streams.observed.kinds import HEARD, OBSERVATIONS
from tests.labelled import FAMILIES, Labelled


def fingerprint(text: str) -> tuple[str, str]:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest(), ""


def taken(seed: int) -> tuple[Labelled, list[Event]]:
    stream = Labelled(seed, fingerprint, days=2, tenants=200)
    return stream, list(stream.events())


@pytest.fixture(scope="module")
def seventh() -> tuple[Labelled, list[Event]]:
    return taken(7)


def test_a_seed_gives_the_same_stream_again_and_another_seed_another_one(
    seventh: tuple[Labelled, list[Event]],
) -> None:
    _, events = seventh
    assert [event.to_json() for event in taken(7)[1]] == [event.to_json() for event in events]
    assert taken(8)[1][:100] != events[:100]


def test_events_come_in_the_order_of_time_each_with_an_id_of_its_own(seventh: tuple[Labelled, list[Event]]) -> None:
    _, events = seventh
    assert events == sorted(events, key=lambda event: event.time)
    assert len({event.id for event in events}) == len(events)


def test_every_event_has_exactly_the_fields_of_its_type(seventh: tuple[Labelled, list[Event]]) -> None:
    _, events = seventh
    seen = {event.type for event in events}
    assert seen <= {type_.name for type_ in OBSERVATIONS} | HEARD
    assert seen >= {type_.name for type_ in OBSERVATIONS}
    wrong = {event.type for event in events if set(event.data) != set(catalogue.get(event.type).data)}
    assert wrong == set()


def test_each_way_of_each_family_attacks_once_after_a_quiet_day(seventh: tuple[Labelled, list[Event]]) -> None:
    stream, events = seventh
    attacks = Counter(label.family for label in stream.labels)
    assert attacks == {family: len(ways) for family, ways in FAMILIES.items()}
    assert len(FAMILIES) == 10
    begin = events[0].time.timestamp()
    assert all(begin + 86_000 < label.begin < label.end for label in stream.labels)


def test_sale_days_belong_to_the_largest_tenants_and_none_of_them_is_attacked(
    seventh: tuple[Labelled, list[Event]],
) -> None:
    stream, _ = seventh
    selling = {subject for calm in stream.calm if calm.kind == "sale day" for subject in calm.subjects}
    attacked = {subject for label in stream.labels for subject in label.subjects}
    assert len([calm for calm in stream.calm if calm.kind == "sale day"]) == 3
    assert {subject for subject in selling & attacked if subject[0] == "tenant"} == set()
