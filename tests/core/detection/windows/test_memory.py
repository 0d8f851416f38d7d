"""Windows in memory: sums exact to a bucket, members with their moments, and no more keys than allowed."""

import random
import time
from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aerostic.detection.contract import Counted, Exact
from aerostic.detection.windows import MemoryWindows, WindowStore
from aerostic.detection.windows.counted import CountedSeries
from aerostic.detection.windows.exact import ExactSeries

NOW = 1_800_000_000.0
TENANT, OTHER = str(UUID(int=1)), str(UUID(int=2))


def windows() -> MemoryWindows:
    return MemoryWindows([Counted("minute", 60), Counted("hour", 3600, 60), Exact("rare", 600, 3)])


def test_a_count_is_the_sum_of_the_window() -> None:
    kept = windows()
    sums = [kept.count("minute", "a", NOW + second, 2) for second in (0, 0.5, 1, 59, 60, 61, 200)]
    assert sums == [2, 4, 6, 8, 6, 6, 2]


def test_a_key_and_a_window_count_for_themselves() -> None:
    kept = windows()
    kept.count("minute", "a", NOW)
    assert (kept.count("minute", "b", NOW), kept.count("hour", "a", NOW)) == (1, 1)


def test_a_total_tells_of_any_part_of_the_window() -> None:
    kept = windows()
    for second in range(30):
        kept.count("minute", "a", NOW + second)
    assert [kept.total("minute", "a", NOW + 29, seconds) for seconds in (None, 60, 10, 1)] == [30, 30, 10, 1]
    assert [kept.total("minute", "a", NOW + second) for second in (29, 59, 60, 88, 89)] == [30, 30, 29, 1, 0]
    assert kept.total("minute", "nobody", NOW) == 0


def test_what_is_late_counts_where_it_belongs() -> None:
    kept = windows()
    for second in (0, 10, 20):
        kept.count("minute", "a", NOW + second)
    assert kept.count("minute", "a", NOW + 10) == 3
    assert kept.count("minute", "a", NOW + 5) == 2
    assert kept.total("minute", "a", NOW + 20) == 5
    assert kept.total("minute", "a", NOW + 60) == 4


def test_what_is_too_late_counts_no_more() -> None:
    kept = windows()
    kept.count("minute", "a", NOW + 60)
    assert (kept.count("minute", "a", NOW), kept.total("minute", "a", NOW + 60)) == (0, 1)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 5)), max_size=60), st.integers(1, 3), st.integers(1, 8))
def test_in_order_it_equals_counting_everything_again(steps: list[tuple[int, int]], bucket: int, buckets: int) -> None:
    kept = MemoryWindows([Counted("w", bucket * buckets, bucket)])
    at, every, got, expected = 0, Counter[int](), [], []
    for step, amount in steps:
        at += step // 8
        every[at // bucket] += amount
        got.append(kept.count("w", "a", float(at), amount))
        expected.append(sum(amount for slot, amount in every.items() if slot > at // bucket - buckets))
    assert got == expected


def test_members_are_noted_with_their_latest_moment_the_oldest_first() -> None:
    kept = windows()
    counts = [kept.note("rare", "a", NOW + at, member) for at, member in ((0, "x"), (5, "y"), (9, "x"), (7, "z"))]
    assert counts == [1, 2, 2, 3]
    assert kept.members("rare", "a", NOW + 9) == [("y", NOW + 5), ("z", NOW + 7), ("x", NOW + 9)]
    assert kept.members("rare", "a", NOW + 9, 3) == [("z", NOW + 7), ("x", NOW + 9)]
    assert kept.members("rare", "nobody", NOW) == []


def test_an_earlier_moment_does_not_take_the_place_of_a_later_one() -> None:
    kept = windows()
    kept.note("rare", "a", NOW + 9, "x")
    kept.note("rare", "a", NOW + 2, "x")
    assert kept.members("rare", "a", NOW + 9) == [("x", NOW + 9)]


def test_members_leave_with_the_window_and_the_oldest_of_too_many() -> None:
    kept = windows()
    for second in range(5):
        kept.note("rare", "a", NOW + second, str(second))
    assert [member for member, _ in kept.members("rare", "a", NOW + 4)] == ["2", "3", "4"]
    assert [member for member, _ in kept.members("rare", "a", NOW + 603)] == ["4"]
    assert kept.note("rare", "a", NOW + 603, "new") == 2


def test_of_too_many_keys_those_go_that_were_used_longest_ago() -> None:
    series = CountedSeries(Counted("w", 60), most=100)
    for number in range(1000):
        series.add(str(number), NOW, 1)
        series.add("busy", NOW, 1)
    assert len(series) <= 100
    assert series.sum("busy", NOW, None) == 1000
    assert [series.sum(str(number), NOW, None) for number in range(950, 1000)] == [1] * 50


def test_a_key_of_the_old_generation_is_kept_when_it_is_the_one_that_begins_a_new_one() -> None:
    series = CountedSeries(Counted("w", 60), most=20)
    series.add("a", NOW, 5)
    series.turn()
    for number in range(10):
        series.add(str(number), NOW, 1)
    assert series.add("a", NOW, 1) == 6


def test_the_flood_of_a_tenant_does_not_push_out_the_others() -> None:
    series = CountedSeries(Counted("w", 60), most=1_000)
    series._owner_half = 50
    for number in range(100):
        series.add(f"{OTHER}:{number % 40}", NOW, 1)
    for number in range(5_000):
        series.add(f"{TENANT}:{number}", NOW, 1)
    assert sum(series.sum(f"{OTHER}:{number}", NOW, None) for number in range(40)) == 100
    assert sum(key.startswith(TENANT) for key in (*series.young, *series.old)) <= 100
    assert series.sum(f"{TENANT}:4999", NOW, None) == 1


def test_members_of_all_keys_are_bounded() -> None:
    series = ExactSeries(Exact("w", 600, 128), most_members=1_000)
    for number in range(20_000):
        series.add(str(number // 100), NOW + number / 1000, str(number))
    kept = sum(len(cell.members) for cell in (*series.young.values(), *series.old.values()))
    assert kept <= 1_100
    assert len(series.list("199", NOW + 20, None)) == 100


def test_keys_that_nobody_uses_are_forgotten_with_the_window() -> None:
    store = WindowStore(None, "", {"d": (Counted("w", 60),)})
    store.flush(NOW)
    store.of("d").count("w", "a", NOW)
    seen = []
    for second in (59, 60, 119, 120):
        store.flush(NOW + second)
        seen.append(store.keys())
    assert seen == [1, 1, 1, 0]


def test_a_process_keeps_no_more_keys_than_it_may() -> None:
    store = WindowStore(None, "", {"d": (Counted("a", 60), Counted("b", 60))}, most_keys=100)
    for tick in range(50):
        for number in range(10):
            store.of("d").count("a", f"{tick}:{number}", NOW)
        store.of("d").count("b", "busy", NOW)
        store.flush(NOW)
    assert store.keys() <= 110
    assert store.of("d").total("b", "busy", NOW) == 50


def test_a_window_that_was_not_declared_is_an_error() -> None:
    with pytest.raises(KeyError, match="other"):
        windows().count("other", "a", NOW)


def test_counting_costs_less_than_two_microseconds() -> None:
    keys = random.Random(7).choices(
        [f"{number:036d}" for number in range(10_000)], [1 / (number + 1) for number in range(10_000)], k=50_000
    )
    costs = []
    for _ in range(3):
        count = MemoryWindows([Counted("w", 60)], shared=True).count
        began = time.process_time()
        for number, key in enumerate(keys):
            count("w", key, NOW + number / 5000)
        costs.append((time.process_time() - began) / len(keys) * 1e6)
    assert min(costs) < 2.0
