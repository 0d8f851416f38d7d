"""Processes die in the middle of a campaign; afterwards every message and every credit is accounted for.

Seeds are fixed here; `make soak` goes on with others. A failure tells its seed and what was done.
"""

import pytest

from tests.e2e.house import House
from tests.e2e.trouble import an_owner_comes_back, everything_dies, kills, meet, supervisor_dies, terminates

pytestmark = pytest.mark.kill


def test_the_lane_process_killed_three_times(home: House) -> None:
    result = meet(home, kills("lanes", 3), seed=1, count=900, late=True)
    assert result.most_unknown > result.unknown


def test_the_lane_process_stopped_in_good_order_leaves_nothing_in_doubt(home: House) -> None:
    result = meet(home, terminates("lanes", 2), seed=6, count=500)
    assert (result.most_unknown, result.unknown) == (0, 0)


def test_a_lane_worker_that_comes_back_after_another_took_over(home: House) -> None:
    meet(home, an_owner_comes_back, seed=7, count=900)


def test_the_stream_process_killed_twice(home: House) -> None:
    meet(home, kills("stream", 2), seed=2, count=500)


def test_the_intake_killed_twice(home: House) -> None:
    meet(home, kills("hooks", 2), seed=3, count=500)


def test_any_process_and_any_server_killed_one_after_the_other(home: House) -> None:
    meet(home, everything_dies, seed=4, count=900, doubtful=True)


def test_the_supervisor_killed_and_started_again_on_the_same_data(home: House) -> None:
    meet(home, supervisor_dies, seed=5, count=500)
