"""The circuit breaker: doubt in a row holds messages back, single ones probe, a clear answer lets all go on."""

import pytest

from aerostic.messaging.outbound.breaker import DOUBTS, LONGEST_SECONDS, Breaker


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def opened(clock: Clock) -> Breaker:
    breaker = Breaker(clock)
    for _ in range(DOUBTS):
        breaker.doubt()
    return breaker


def test_doubts_with_clear_answers_between_them_hold_nothing_back(clock: Clock) -> None:
    breaker = Breaker(clock)
    for _ in range(DOUBTS * 3):
        breaker.doubt()
        breaker.clear()
    assert breaker.allows(50) == 50


def test_after_doubts_in_a_row_nothing_leaves_for_a_while_then_one_probe(clock: Clock) -> None:
    breaker = opened(clock)
    assert breaker.allows(50) == 0
    clock.now += 2
    assert (breaker.allows(0), breaker.allows(50), breaker.allows(50)) == (0, 1, 0)


def test_each_pause_is_twice_as_long_up_to_a_minute(clock: Clock) -> None:
    breaker = opened(clock)
    pauses = []
    for _ in range(8):
        began = clock.now
        while not breaker.allows(1):
            clock.now += 0.5
        pauses.append(clock.now - began)
        breaker.doubt()
    assert pauses == [2, 4, 8, 16, 32, LONGEST_SECONDS, LONGEST_SECONDS, LONGEST_SECONDS]


def test_late_doubts_of_what_was_on_its_way_change_no_pause(clock: Clock) -> None:
    breaker = opened(clock)
    for _ in range(200):
        breaker.doubt()
    clock.now += 2
    assert breaker.allows(50) == 1


def test_a_probe_that_is_answered_lets_all_go_on(clock: Clock) -> None:
    breaker = opened(clock)
    clock.now += 2
    breaker.allows(1)
    breaker.clear()
    assert breaker.allows(50) == 50
