"""Whether rows are still like those that a model was fitted to: the population stability index of each feature."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerostic.detection.forest.features import NAMES
from aerostic.detection.forest.flat import Floats

# The customary bounds: below 0.1 nothing moved, above 0.25 a feature is another one.
DRIFTED = 0.25
LEAST_ROWS = 256
LEAST_SHARE = 1e-3
PARTS = np.arange(0.1, 0.95, 0.1)


def edges_of(rows: NDArray[Any]) -> Floats:
    """The nine values of each feature that part rows into ten lots, a row a feature."""
    edges: Floats = np.quantile(rows, PARTS, axis=0).T.astype(float)
    return edges


def lots_of(rows: NDArray[Any], edges: Floats) -> Floats:
    """The share of rows in each lot. Values that are equal for a good part of rows fall into one lot; others are empty."""
    columns = zip(edges, np.asarray(rows, float).T, strict=True)
    counted = [np.bincount(np.searchsorted(at, values), minlength=len(at) + 1) for at, values in columns]
    return np.array(counted) / len(rows)


def drift(expected: Floats, edges: Floats, rows: NDArray[Any]) -> dict[str, float]:
    """The index by feature: 0 where the rows part into lots as they did.

    Args:
        expected: what `lots_of` said of the rows that the model was fitted to.
        edges: of those.
        rows: those of now; fewer than `LEAST_ROWS` say little.
    """
    before, now = (np.maximum(shares, LEAST_SHARE) for shares in (expected, lots_of(rows, edges)))
    found = np.sum((now - before) * np.log(now / before), axis=1)
    return {name: round(float(index), 4) for name, index in zip(NAMES, found, strict=True)}


def drifted(found: Mapping[str, float]) -> list[str]:
    """The features that are other ones now, the farthest first."""
    return sorted((name for name, index in found.items() if index > DRIFTED), key=lambda name: -found[name])
