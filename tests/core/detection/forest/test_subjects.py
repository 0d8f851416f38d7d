"""Figures of subjects become rows that say how far they are from what is usual for them."""

from collections.abc import Iterable

import numpy as np
import pytest

from aerostic.detection.forest import subjects as module
from aerostic.detection.forest.features import FADE, MEASURES, NAMES, WIDTH
from aerostic.detection.forest.subjects import Key, Subjects
from aerostic.detection.forest.usual import Usual, blended

SHOP, OTHER = Key("key", "k1", "shop"), Key("key", "k2", "shop")


def sums(**measures: float) -> list[float]:
    return [measures.get(name, 0.0) for name in MEASURES]


def watched(subjects: Subjects, keys: Iterable[Key], seconds: int, asked: float = 10.0, begin: float = 0.0) -> float:
    """Let subjects do as usual for some seconds; the moment afterwards."""
    for second in range(seconds):
        subjects.add(begin + second, {key: sums(asked=asked, errors=0.1) for key in keys})
    return begin + seconds


@pytest.fixture(autouse=True)
def _known_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LEAST_KNOWN", 20)


def value(row: "np.ndarray", name: str) -> float:
    return float(row[NAMES.index(name)])


def test_nothing_is_looked_at_before_the_platform_is_known() -> None:
    subjects = Subjects()
    found = [subjects.add(float(second), {SHOP: sums(asked=10.0)})[0] for second in range(0, 80, 2)]
    assert [bool(keys) for keys in found] == [False] * 20 + [True] * 20


def test_what_goes_on_as_usual_is_near_nought() -> None:
    subjects = Subjects()
    now = watched(subjects, [SHOP], 1_200)
    _, rows = subjects.add(now + 1, {SHOP: sums(asked=10.0, errors=0.1)})
    assert np.abs(rows).max() < 0.1


def test_a_burst_is_as_many_times_the_usual_as_the_row_says() -> None:
    subjects = Subjects()
    now = watched(subjects, [SHOP], 1_200)
    _, (row,) = subjects.add(now + 1, {SHOP: sums(asked=11_400.0)})
    assert value(row, "asked") == pytest.approx(np.log(20), abs=0.15)


def test_amounts_fade_to_a_third_within_a_minute() -> None:
    subjects = Subjects()
    subjects.add(0.0, {SHOP: sums(asked=100.0)})
    subjects.add(FADE, {SHOP: sums()})
    assert subjects._amounts[0][0] == pytest.approx(100 / np.e)


def test_a_subject_is_looked_at_every_two_seconds_and_only_where_it_did_enough() -> None:
    subjects = Subjects()
    now = watched(subjects, [SHOP], 100)
    looks = [len(subjects.add(now + at / 10, {SHOP: sums(asked=1.0)})[0]) for at in range(1, 60)]
    assert sum(looks) == 3
    assert subjects.add(now + 10, {Key("key", "quiet", "shop"): sums(asked=4.0)})[0] == []


def test_a_new_subject_is_measured_by_its_tenants_and_a_new_tenant_by_the_platform() -> None:
    subjects = Subjects()
    now = watched(subjects, [SHOP, OTHER], 1_200, asked=100.0)
    newcomers = {Key("key", "k3", "shop"): sums(asked=6_000.0), Key("key", "k4", "new"): sums(asked=6_000.0)}
    keys, rows = subjects.add(now + 1, newcomers)
    assert keys == list(newcomers)
    assert np.abs(rows[:, NAMES.index("asked")]).max() < 0.3


def test_the_largest_is_measured_by_itself() -> None:
    """It does a hundred times what others do, always, and is not odd for it."""
    subjects = Subjects()
    small = [Key("key", f"s{number}", f"t{number}") for number in range(20)]
    now = 0.0
    for _ in range(1_200):
        subjects.add(now, {**{key: sums(asked=1.0) for key in small}, SHOP: sums(asked=100.0)})
        now += 1
    _, (row,) = subjects.add(now + 1, {SHOP: sums(asked=100.0)})
    assert abs(value(row, "asked")) < 0.2


def test_one_odd_minute_hardly_moves_what_is_usual() -> None:
    subjects = Subjects()
    now = watched(subjects, [SHOP], 1_200)
    now = watched(subjects, [SHOP], 60, asked=10_000.0, begin=now)
    _, (row,) = subjects.add(now + 1, {SHOP: sums(asked=10_000.0)})
    assert value(row, "asked") > 5


def test_the_wallet_is_what_was_left_last() -> None:
    subjects = Subjects()
    for left in (900.0, 500.0, 20.0):
        subjects.add(0.0, {SHOP: sums(sent=10.0, cost=100.0, balance=left)})
    subjects.add(1.0, {SHOP: sums(asked=1.0)})
    assert subjects._amounts[0][MEASURES.index("balance")] == 20.0


def test_when_there_is_no_more_room_the_one_not_seen_for_longest_is_forgotten_with_its_figures() -> None:
    subjects = Subjects(most=2)
    for number in range(3):
        subjects.add(float(number), {Key("key", str(number)): sums(asked=50.0 + number)})
    assert sorted(subjects._amounts[:, 0]) == [51.0, 52.0]


def test_a_clock_that_goes_back_adds_and_fades_nothing() -> None:
    subjects = Subjects()
    subjects.add(100.0, {SHOP: sums(asked=10.0)})
    subjects.add(40.0, {SHOP: sums(asked=10.0)})
    assert subjects._amounts[0][0] == 20.0


def test_what_is_usual_is_given_back_after_a_restart() -> None:
    subjects, again = Subjects(), Subjects()
    now = watched(subjects, [SHOP], 1_200)
    again.restore(subjects.state())
    _, (row,) = again.add(now + 1, {SHOP: sums(asked=570.0, errors=5.7)})
    assert np.abs(row).max() < 0.3


@pytest.mark.parametrize("state", [None, [], {"tenants": {"key:a": [1, 2]}}, {"kinds": {"key": [float("nan")] * 12}}])
def test_a_state_that_cannot_be_read_is_left(state: object) -> None:
    subjects = Subjects()
    subjects.restore(state)
    assert subjects.state() == {"kinds": {}, "tenants": {}, "subjects": {}}


def test_one_odd_look_moves_a_settled_mean_by_a_bounded_step() -> None:
    usual = Usual(1)
    at = usual.places(["a"])
    for _ in range(19):
        usual.learn(at, np.zeros((1, WIDTH)))
    usual.learn(at, np.full((1, WIDTH), 10.0))
    assert usual.mean[0, 0] == pytest.approx(1 / 20)


def test_means_of_several_rows_of_one_key_move_towards_their_mean() -> None:
    usual = Usual(4)
    usual.learn(usual.places(["a", "a", "b"]), np.array([[1.0], [3.0], [5.0]]) * np.ones(WIDTH))
    assert (usual.mean[:2, 0].tolist(), usual.seen[:2].tolist()) == ([2.0, 5.0], [1, 1])


def test_a_nearer_mean_counts_as_much_as_the_farther_once_it_is_trusted() -> None:
    assert blended(np.ones((2, 1)), np.array([0, 60]), np.zeros((2, 1))).ravel().tolist() == [0.0, 0.5]
