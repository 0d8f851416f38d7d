"""Fitting a forest to a sample of rows, by scikit-learn.

Beside the rows it is fitted to some that are anywhere. A forest splits between the values it has seen: without those it would
hardly tell what is far outside from what is at the edge, and score ordinary noise in all features above four that are ten
times their usual.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerostic.detection.forest.drift import edges_of, lots_of
from aerostic.detection.forest.features import MOST
from aerostic.detection.forest.flat import Floats, flatten
from aerostic.detection.forest.model import Model

TREES, SAMPLES = 100, 256
# Fewer rows say too little of how rare a score is.
LEAST_ROWS = 512
ANYWHERE = 0.1
LEAST_SCALE = 0.005


class TooFewRowsError(ValueError):
    """There is too little to learn from yet."""


def fit(rows: NDArray[Any], seed: int) -> Model:
    """A model of rows.

    Args:
        rows: a sample of what is ordinary; that some of it is not does no harm.
        seed: the same rows and seed make the same model.

    Raises:
        TooFewRowsError: fewer than `LEAST_ROWS`.
    """
    if len(rows) < LEAST_ROWS:
        raise TooFewRowsError(f"{len(rows)} rows are too few: a model needs {LEAST_ROWS}.")
    # Imported where it is used: it takes longer to load than all of ours.
    from sklearn.ensemble import IsolationForest

    given = np.asarray(rows, np.float32)
    anywhere = np.random.default_rng(seed).uniform(-MOST, MOST, (int(len(given) * ANYWHERE), given.shape[1]))
    trees = IsolationForest(n_estimators=TREES, max_samples=SAMPLES, random_state=seed)
    trees.fit(np.concatenate((given, anywhere.astype(np.float32))))
    forest = flatten(trees)
    medians = np.median(given, axis=0).astype(float)
    edges = edges_of(given)
    return Model(forest, medians, _tail(forest.score(given)), edges, lots_of(given, edges))


def _tail(scores: Floats) -> Floats:
    """Where the rarest hundredth begins, and how fast it falls off: as an exponential, which its mean excess gives."""
    at = float(np.quantile(scores, 0.99))
    excess = float(np.mean(scores[scores >= at] - at))
    return np.array([at, max(excess * np.log(10.0), LEAST_SCALE)])
