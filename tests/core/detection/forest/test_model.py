"""What scores mean: how rare, why, and whether it is still so."""

import numpy as np
import pytest

from aerostic.detection.forest.comparing import Measured, made_odd, measure, worse
from aerostic.detection.forest.drift import drift, drifted
from aerostic.detection.forest.features import FEATURES, NAMES
from aerostic.detection.forest.fitting import TooFewRowsError, fit
from aerostic.detection.forest.judging import EXPLAINED, judge
from aerostic.detection.forest.model import WATCH_RANK, Model, ModelFormatError, severity
from aerostic.detection.forest.versions import Loaded
from tests.core.detection.forest.rows import odd, ordinary

SCRAPING = odd(asked=5, objects=4, bare=4, errors=3)


@pytest.fixture(scope="module")
def model() -> Model:
    return fit(ordinary(4_000), seed=1)


def rank(model: Model, row: "np.ndarray") -> float:
    return float(model.ranks(model.forest.score(row))[0])


def test_a_rank_tells_how_many_ordinary_rows_go_beyond(model: Model) -> None:
    """One of a hundred exceeds 2, within the half and the double, on rows it has never seen; and one of a thousand 3 at most."""
    ranks = model.ranks(model.forest.score(ordinary(60_000, seed=2)))
    assert 0.005 < np.mean(ranks >= 2) < 0.02
    assert np.mean(ranks >= WATCH_RANK) < 0.001


def test_several_features_together_are_rare_and_one_alone_is_left_to_rules(model: Model) -> None:
    assert rank(model, SCRAPING) > WATCH_RANK
    assert rank(model, odd(asked=5)) < WATCH_RANK


def test_farther_out_is_rarer(model: Model) -> None:
    ranks = [rank(model, SCRAPING * share) for share in (0.25, 0.5, 0.75, 1.0)]
    assert ranks == sorted(ranks)
    assert ranks[0] < 3


def test_reasons_name_what_is_odd_and_nothing_else(model: Model) -> None:
    reasons = model.reasons(SCRAPING[0])
    assert {name for name, _ in reasons} == {"asked", "objects", "bare", "errors"}
    gains = [gain for _, gain in reasons]
    assert gains == sorted(gains, reverse=True)
    assert model.reasons(SCRAPING[0]) == reasons


def test_reasons_are_given_for_rows_that_are_worth_watching_only(model: Model) -> None:
    rows = np.concatenate((ordinary(50, seed=3) * 0.1, SCRAPING))
    judged = judge(Loaded(7, model), rows)
    assert (judged.version, list(judged.reasons)) == (7, [50])


def test_where_everything_is_odd_only_the_oddest_are_explained(model: Model) -> None:
    judged = judge(Loaded(1, model), np.repeat(SCRAPING, 200, axis=0))
    assert len(judged.reasons) == EXPLAINED


def test_severity_begins_where_watching_does() -> None:
    assert severity(np.array([0.0, 2.99, 3.0, 3.5, 4.0, 30.0])).tolist() == [0, 0, 0.5, 0.75, 1, 1]


def test_the_same_rows_and_seed_make_the_same_model() -> None:
    rows = ordinary(600)
    assert fit(rows, 5).to_bytes() == fit(rows, 5).to_bytes()


def test_a_model_is_what_it_was_after_it_was_kept(model: Model) -> None:
    again = Model.from_bytes(model.to_bytes())
    rows = ordinary(300, seed=4)
    assert np.array_equal(again.forest.score(rows), model.forest.score(rows))
    assert again.reasons(SCRAPING[0]) == model.reasons(SCRAPING[0])
    assert drift(again.lots, again.edges, rows) == drift(model.lots, model.edges, rows)


@pytest.mark.parametrize("raw", [b"", b"no model", b"PK\x03\x04"])
def test_other_bytes_are_refused(raw: bytes) -> None:
    with pytest.raises(ModelFormatError):
        Model.from_bytes(raw)


def test_a_model_of_other_features_is_refused(model: Model) -> None:
    other = Model(model.forest, model.medians, model.tail, model.edges, model.lots, tuple(f"{n}_" for n in NAMES))
    with pytest.raises(ModelFormatError, match="other features"):
        Model.from_bytes(other.to_bytes())


def test_too_few_rows_make_no_model() -> None:
    with pytest.raises(TooFewRowsError, match="511 rows are too few: a model needs 512"):
        fit(ordinary(511), 1)


def test_rows_that_are_all_the_same_make_a_model_that_finds_others_odd() -> None:
    model = fit(np.zeros((600, len(NAMES))), 1)
    assert rank(model, odd()) < 3 < rank(model, SCRAPING)


def test_rows_as_they_were_have_not_drifted(model: Model) -> None:
    found = drift(model.lots, model.edges, ordinary(3_000, seed=5))
    assert list(found) == list(FEATURES)
    assert drifted(found) == []
    assert max(found.values()) < 0.1


def test_a_feature_that_is_another_now_has_drifted_and_the_others_have_not(model: Model) -> None:
    rows = ordinary(3_000, seed=5)
    rows[:, NAMES.index("errors")] += 0.5
    assert drifted(drift(model.lots, model.edges, rows)) == ["errors"]


def test_rows_made_odd_are_told_from_those_they_were_made_of(model: Model) -> None:
    measured = measure(model, ordinary(2_000, seed=6))
    assert measured.apart > 0.97
    assert measured.alarms < 0.001


def test_what_is_put_in_is_the_same_each_time() -> None:
    rows = ordinary(100)
    assert np.array_equal(made_odd(rows), made_odd(rows))


@pytest.mark.parametrize(
    ("candidate", "reason"),
    [
        (Measured(0.98, 0.001), ""),
        (Measured(0.995, 0.0), ""),
        (Measured(0.96, 0.001), "it tells fewer pairs apart: 0.960 instead of 0.980"),
        (Measured(0.99, 0.02), "it alarms more often: 2.00% instead of 0.10%"),
    ],
)
def test_a_model_that_does_worse_is_told_why(candidate: Measured, reason: str) -> None:
    assert worse(candidate, Measured(0.98, 0.001)) == reason
