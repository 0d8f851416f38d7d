"""A version of the forest with all that its judgement needs: the arrays, what its scores mean, and what it was made from."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerostic.detection.forest.features import NAMES
from aerostic.detection.forest.flat import FlatForest, Floats

# One in a thousand is worth watching, one in 10,000 is beyond doubt. On a labelled stream that a model had not seen, one of 300
# honest tenants came as far as the first in three days.
WATCH_RANK, RANK_OF_ONE = 3.0, 4.0
REASONS = 4


class ModelFormatError(ValueError):
    """Bytes that hold no model of this version of the code."""


@dataclass(frozen=True, slots=True)
class Model:
    """A fitted forest.

    Args:
        forest: scores rows.
        medians: the median of each feature in what it was fitted to.
        tail: the score that one of a hundred exceeds, and by how much one rises for a tenth of that share.
        edges, lots: how its rows part by each feature, see drift.py.
        names: of the features, in their order.
    """

    forest: FlatForest
    medians: Floats
    tail: Floats
    edges: Floats
    lots: Floats
    names: tuple[str, ...] = NAMES

    def ranks(self, scores: Floats) -> Floats:
        """How rare scores are: -log10 of the share of ordinary rows that exceed them, from 2 upwards; less are 0."""
        at, scale = self.tail
        beyond = 2.0 + (scores - at) / scale
        ranks: Floats = np.where(scores >= at, beyond, 0.0)
        return ranks

    def reasons(self, row: Sequence[float] | NDArray[Any]) -> list[tuple[str, float]]:
        """What makes a row odd: features, with what its score would fall by if each were as usual; the greatest first."""
        given = np.asarray(row, np.float64)
        tried = np.repeat(given[None, :], len(given) + 1, axis=0)
        tried[np.arange(len(given)), np.arange(len(given))] = self.medians
        scores = self.forest.score(tried)
        gains = scores[-1] - scores[:-1]
        order = np.argsort(-gains, kind="stable")[:REASONS]
        return [(self.names[at], round(float(gains[at]), 4)) for at in order.tolist() if gains[at] > 0]

    def to_bytes(self) -> bytes:
        """The arrays, packed."""
        out = BytesIO()
        parts = asdict(self) | {"names": np.array(self.names)}
        np.savez_compressed(out, **(parts.pop("forest") | parts))
        return out.getvalue()

    @classmethod
    def from_bytes(cls, raw: bytes) -> "Model":
        """Read what `to_bytes` wrote.

        Raises:
            ModelFormatError: it is something else, or of other features than this code knows.
        """
        try:
            with np.load(BytesIO(raw), allow_pickle=False) as found:
                parts = dict(found)
            names = tuple(parts.pop("names").tolist())
            medians, tail, edges, lots = (parts.pop(name) for name in ("medians", "tail", "edges", "lots"))
            forest = FlatForest(**{name: value if value.ndim else value.item() for name, value in parts.items()})
        except Exception as error:
            raise ModelFormatError("these bytes are no model") from error
        if names != NAMES:
            raise ModelFormatError("the model was made from other features")
        return cls(forest, medians, tail, edges, lots, names)


def severity(ranks: Floats) -> Floats:
    """Ranks as scores of signals: 0 below what is worth watching, then from 0.5 up to 1."""
    found: Floats = np.clip(0.5 + 0.5 * (ranks - WATCH_RANK) / (RANK_OF_ONE - WATCH_RANK), 0.0, 1.0)
    return np.where(ranks >= WATCH_RANK, found, 0.0)
