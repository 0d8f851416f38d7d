"""Fitting a forest to a sample of rows, by scikit-learn.

Beside the rows it is fitted to some that are anywhere, up to a few times what one row of a hundred exceeds. A forest splits
between the values it has seen: without those it would hardly tell what is far outside from what is at the edge, and score
ordinary noise in all features above four that are ten times their usual.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerostic.detection.forest.drift import edges_of, lots_of
from aerostic.detection.forest.features import MOST
from aerostic.detection.forest.flat import Floats, flatten
from aerostic.detection.forest.model import Model

TREES, SAMPLES = 100, 512
# Fewer rows say too little of how rare a score is.
LEAST_ROWS = 512
ANYWHERE, REACH, LEAST_REACH = 0.3, 4.0, 1.0
# However alike the rows are: below such a score nothing is odd (Liu, Ting and Zhou see anomalies from 0.6 on).
LEAST_ODD = 0.62


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
    reach = np.clip(REACH * np.quantile(given, 0.99, axis=0), LEAST_REACH, MOST)
    anywhere = np.random.default_rng(seed).uniform(0.0, reach, (int(len(given) * ANYWHERE), given.shape[1]))
    trees = IsolationForest(n_estimators=TREES, max_samples=SAMPLES, random_state=seed)
    trees.fit(np.concatenate((given, anywhere.astype(np.float32))))
    forest = flatten(trees)
    medians = np.median(given, axis=0).astype(float)
    edges = edges_of(given)
    return Model(forest, medians, _tail(forest.score(given)), edges, lots_of(given, edges))


def _tail(scores: Floats) -> Floats:
    """Where the rarest hundredth begins, and by how much the score rises for a tenth of those.

    As an exponential, which its mean excess gives. What is odd in the sample makes that longer, and the model slower to alarm.
    """
    at = float(np.quantile(scores, 0.99))
    excess = float(np.mean(scores[scores >= at] - at))
    return np.array([at, max(excess * np.log(10.0), LEAST_ODD - at)])
