"""What a model says of rows: the same words here and from the service."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from aerostic.detection.forest.flat import Floats
from aerostic.detection.forest.model import WATCH_RANK
from aerostic.detection.forest.versions import Loaded

# Reasons are given for the oddest of a batch; where more are odd at once, the platform is.
EXPLAINED = 50


@dataclass(frozen=True, slots=True)
class Judged:
    """What was said of a batch of rows.

    Args:
        version: of the model.
        ranks: how rare each row is: -log10 of the share of ordinary ones beyond it; 0 for one of the usual 99 of 100.
        reasons: of rows that are worth watching, by place: features with what they add to the score, the most first.
    """

    version: int
    ranks: Floats
    reasons: Mapping[int, list[tuple[str, float]]] = field(default_factory=dict)


def judge(loaded: Loaded, rows: Any) -> Judged:
    """Judge rows.

    Raises:
        ValueError: they have another number of features, or hold what is no finite number.
    """
    ranks = loaded.model.ranks(loaded.model.forest.score(rows))
    odd = np.flatnonzero(ranks >= WATCH_RANK)
    odd = odd[np.argsort(-ranks[odd], kind="stable")][:EXPLAINED]
    given = np.atleast_2d(rows)
    return Judged(loaded.version, ranks, {at: loaded.model.reasons(given[at]) for at in odd.tolist()})
