"""What was seen with a subject lately: a table that forgets."""

from aerostic_anomaly.sightings import Sightings


def test_a_thing_is_new_once_and_again_when_it_was_long_ago() -> None:
    sightings = Sightings(slots=64, seconds=300)
    assert [sightings.new("k:o", now) for now in (0.0, 1.0, 300.0, 700.0)] == [True, False, False, True]


def test_what_was_seen_takes_no_more_room_than_it_was_given() -> None:
    sightings = Sightings(slots=64)
    assert sum(sightings.new(f"k:{number}", 0.0) for number in range(1_000)) == 1_000
    assert len(sightings._digests) == 64
