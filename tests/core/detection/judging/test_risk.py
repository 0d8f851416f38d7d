"""The risk of subjects: independent kinds of evidence, fading with time, in bounded memory."""

from dataclasses import replace
from uuid import UUID

import pytest

from aerostic.detection.contract import Subject
from aerostic.detection.judging.policy import DEFAULT
from aerostic.detection.judging.risk import Risk, signal_id
from tests.support.detecting import NOW, signal

X = Subject("address", "x")
HALF = DEFAULT.half_life_seconds


def test_a_family_that_repeats_itself_confirms_nothing() -> None:
    risk = Risk()
    for _ in range(50):
        risk.add(signal(score=0.6), DEFAULT, NOW)
    score = risk.of(X, DEFAULT, NOW)
    assert (round(score.score, 9), score.families) == (0.6, ("credentials",))


def test_independent_families_confirm_each_other() -> None:
    risk = Risk()
    risk.add(signal(score=0.6), DEFAULT, NOW)
    risk.add(signal(score=0.8, family="wave"), DEFAULT, NOW)
    score = risk.of(X, DEFAULT, NOW)
    assert (round(score.score, 9), score.families) == (0.92, ("wave", "credentials"))


def test_evidence_counts_half_after_a_half_life_and_is_forgotten_in_the_end() -> None:
    risk = Risk()
    risk.add(signal(score=0.8), DEFAULT, NOW)
    assert risk.of(X, DEFAULT, NOW + HALF).score == pytest.approx(0.4)
    assert risk.of(X, DEFAULT, NOW + 2 * HALF).score == 0.0
    assert len(risk) == 0


def test_late_evidence_counts_as_old_as_it_is() -> None:
    risk = Risk()
    risk.add(signal(score=0.8, time=NOW - HALF), DEFAULT, NOW)
    assert risk.of(X, DEFAULT, NOW).score == pytest.approx(0.4)


def test_weaker_evidence_does_not_take_the_place_of_stronger() -> None:
    risk = Risk()
    risk.add(signal(score=0.9), DEFAULT, NOW)
    risk.add(signal(score=0.5), DEFAULT, NOW + 1)
    assert risk.of(X, DEFAULT, NOW).score == pytest.approx(0.9)


def test_a_weight_of_the_policy_counts() -> None:
    risk = Risk()
    half = DEFAULT.model_copy(update={"weights": {"credentials": 0.5}})
    risk.add(signal(score=0.8), half, NOW)
    assert risk.of(X, half, NOW).score == pytest.approx(0.4)


def test_what_is_said_again_within_ten_seconds_is_no_news_unless_it_is_stronger() -> None:
    risk = Risk()
    said = [(0.6, 0), (0.6, 1), (0.64, 2), (0.7, 3), (0.7, 4), (0.7, 14)]
    assert [risk.add(signal(score=score), DEFAULT, NOW + after) for score, after in said] == [
        True,
        False,
        False,
        True,
        False,
        True,
    ]


def test_the_subjects_that_nothing_was_said_of_for_longest_go_first() -> None:
    risk = Risk(most=3)
    for name in ("a", "b", "c", "a", "d"):
        risk.add(signal(subject=name), DEFAULT, NOW)
    left = [name for name in "abcd" if risk.of(Subject("address", name), DEFAULT, NOW).score]
    assert left == ["a", "c", "d"]


def test_it_is_given_back_what_it_knew() -> None:
    risk, again = Risk(), Risk()
    risk.add(signal(), DEFAULT, NOW)
    risk.add(signal(family="wave", score=0.5), DEFAULT, NOW)
    again.restore(risk.state())
    assert again.of(X, DEFAULT, NOW) == risk.of(X, DEFAULT, NOW)


def test_nothing_is_held_against_somebody_whom_people_have_let_go() -> None:
    risk = Risk()
    risk.add(signal(), DEFAULT, NOW)
    risk.forget("address", "x")
    assert risk.of(X, DEFAULT, NOW).score == 0.0


def test_the_id_of_a_signal_is_made_of_what_it_says() -> None:
    first = signal_id(signal())
    others = [signal(subject="y"), signal(time=NOW + 1), signal(evidence={"count": 2}), signal(detector="tests.other")]
    assert first == signal_id(replace(signal()))
    assert len({first, *map(signal_id, others)}) == 5
    assert (first.version, first.variant) == (7, UUID(int=2 << 62).variant)
    assert signal_id(signal(time=NOW - 1)) < first < signal_id(signal(time=NOW + 1))
