"""Rows like those of a platform: near 0 in most features, with heavy tails; many do no more than one kind of thing."""

import numpy as np

from aerostic.detection.forest.features import MOST, NAMES, Rows

SPREAD = np.array([0.6, 0.2, 0.2, 0.4, 0.4, 0.1, 0.1, 0.6, 0.3, 0.2, 0.3])


def ordinary(number: int, seed: int = 1, moved: float = 0.0) -> Rows:
    """Rows of a seed.

    Args:
        moved: by how much each feature is another than it was.
    """
    random = np.random.default_rng(seed)
    found = random.standard_t(3, size=(number, len(NAMES))) * SPREAD + moved
    found[:, 7:] *= random.random((number, 1)) < 0.2
    rows: Rows = np.clip(found, 0.0, MOST).astype(np.float32)
    return rows


def odd(**features: float) -> Rows:
    """One row that is as usual but for these features."""
    return np.array([[features.get(name, 0.0) for name in NAMES]], np.float32)
