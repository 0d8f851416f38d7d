"""The arrays say what scikit-learn says, and say it sooner."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import IsolationForest

from aerostic.detection.forest.flat import FlatForest, flatten
from tests.core.detection.forest.rows import ordinary

FASTER = 60


def fitted(trees: int = 100, samples: int = 256, seed: int = 1) -> Any:
    return IsolationForest(n_estimators=trees, max_samples=samples, random_state=seed).fit(ordinary(2_000, seed))


@pytest.fixture(scope="module")
def forest() -> Any:
    return fitted()


@pytest.fixture(scope="module")
def flat(forest: Any) -> FlatForest:
    return flatten(forest)


@pytest.mark.parametrize(
    ("trees", "samples", "seed"), [(1, 2, 1), (7, 3, 2), (50, 64, 3), (100, 256, 4), (20, 1_999, 5)]
)
def test_scores_are_those_of_scikit_learn(trees: int, samples: int, seed: int) -> None:
    forest = fitted(trees, samples, seed)
    rows = np.concatenate((ordinary(700, seed), ordinary(100, seed + 9) * 4.0))
    assert np.abs(flatten(forest).score(rows) + forest.score_samples(rows)).max() < 1e-12


def test_a_row_alone_scores_as_it_does_among_many(flat: FlatForest) -> None:
    rows = ordinary(600, 7)
    together = flat.score(rows)
    assert np.abs(np.array([flat.score(row)[0] for row in rows]) - together).max() < 1e-12


def test_values_are_compared_in_the_precision_of_scikit_learn(forest: Any, flat: FlatForest) -> None:
    """Thresholds themselves, and what is nearest to them: cast or not decides on which side they are."""
    row = np.zeros(flat.width)
    for place in np.flatnonzero(np.isfinite(flat.threshold))[:300]:
        for value in (flat.threshold[place], np.nextafter(flat.threshold[place], 9.0), flat.threshold[place] + 1e-9):
            row[flat.feature[place]] = value
            assert abs(flat.score(row)[0] + forest.score_samples(row[None])[0]) < 1e-12
            break  # scikit-learn takes its time
        row[:] = 0.0


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
def test_what_is_no_finite_number_is_refused(flat: FlatForest, value: float) -> None:
    row = np.zeros(flat.width)
    row[3] = value
    with pytest.raises(ValueError, match="finite numbers only"):
        flat.score(row)


@pytest.mark.parametrize("shape", [(10,), (2, 12), (0,), (1, 1, 11)])
def test_rows_of_another_width_are_refused(flat: FlatForest, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="A row has 11 features"):
        flat.score(np.zeros(shape))


def test_no_rows_have_no_scores(flat: FlatForest) -> None:
    assert flat.score(np.empty((0, flat.width))).tolist() == []


def cpu(ask: Callable[[], Any], times: int) -> float:
    """CPU seconds of one call."""
    began = time.process_time()
    for _ in range(times):
        ask()
    return (time.process_time() - began) / times


def test_one_row_takes_a_sixtieth_of_the_cpu_time_at_most(forest: Any, flat: FlatForest) -> None:
    """Both in the same run, in turns, the best of three: the machine does other things, too."""
    row = ordinary(1, 3)
    flat.score(row), forest.score_samples(row)
    ratios = [cpu(lambda: forest.score_samples(row), 15) / cpu(lambda: flat.score(row), 300) for _ in range(3)]
    assert max(ratios) > FASTER, ratios
