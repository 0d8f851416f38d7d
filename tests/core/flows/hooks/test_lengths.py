"""A webhook whose runs take long again and again is taken through in threads, for a while."""

from aerostic.db import new_id
from aerostic.flows.hooks.lengths import LONG_SECONDS, OFTEN, SLOW_SECONDS, Lengths

ONE, OTHER = new_id(), new_id()


def told(lengths: Lengths, *seconds: float) -> bool:
    for each in seconds:
        lengths.took(ONE, each)
    return lengths.slow(ONE)


def test_one_that_takes_long_several_times_in_a_row_is_slow() -> None:
    assert told(Lengths(), *[LONG_SECONDS] * OFTEN)


def test_a_short_run_in_between_begins_the_count_again() -> None:
    lengths = Lengths()
    assert not told(lengths, *[LONG_SECONDS] * (OFTEN - 1), 0.0, *[LONG_SECONDS] * (OFTEN - 1))
    assert told(lengths, LONG_SECONDS)


def test_it_is_tried_again_after_a_while_and_others_are_not_meant() -> None:
    now = [0.0]
    lengths = Lengths(lambda: now[0])
    told(lengths, *[LONG_SECONDS] * OFTEN)
    assert (lengths.slow(ONE), lengths.slow(OTHER)) == (True, False)
    now[0] = SLOW_SECONDS
    assert not lengths.slow(ONE)
