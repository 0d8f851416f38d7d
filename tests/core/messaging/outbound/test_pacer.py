"""The pace of a number, on a clock that the test turns."""

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from aerostic.messaging.outbound.pacer import Pacer


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def sent_at(limit: float, pauses: list[float], most: int = 10_000) -> list[float]:
    """When messages leave if the lane asks after each of these pauses."""
    clock, times = Clock(), []
    pacer = Pacer(limit, clock)
    for pause in pauses:
        clock.now += pause
        times += [clock.now] * pacer.due(most)
    return times


def busiest_second(times: list[float]) -> int:
    """The most messages in any stretch of one second."""
    return max((sum(start <= time < start + 1 for time in times) for start in set(times)), default=0)


def test_a_steady_lane_sends_ninety_eight_per_cent_of_the_limit() -> None:
    times = sent_at(80, [0.005] * 2_000)
    assert 776 <= len(times) <= 784


@given(st.lists(st.floats(0.001, 0.4), min_size=20, max_size=200))
def test_no_second_exceeds_the_limit_however_the_machine_stutters(pauses: list[float]) -> None:
    assert busiest_second(sent_at(80, pauses)) <= 78


def test_short_stalls_are_made_up_for() -> None:
    assert len(sent_at(1_000, ([0.001] * 240 + [0.06]) * 20)) >= 5_750


def test_what_is_made_up_for_does_not_leave_in_a_heap() -> None:
    times = sent_at(80, [0.01] * 50 + [0.1] + [0.001] * 100)
    assert max(sum(start <= time < start + 0.005 for time in times) for start in times) <= 1


def test_a_long_stall_is_not_made_up_for() -> None:
    times = sent_at(80, [0.01] * 100 + [5.0] + [0.01] * 100)
    assert busiest_second(times) <= 78 and len(times) <= 170


def test_slowing_down_halves_the_pace_after_a_pause() -> None:
    clock = Clock()
    pacer = Pacer(100, clock)
    pacer.slow_down(60, pause=2)
    counts = []
    for _ in range(400):
        clock.now += 0.01
        counts.append(pacer.due(100))
    assert list(accumulate(counts))[195] == 0
    assert 95 <= sum(counts) <= 101
