"""The figures of the subjects that a process sees at the moment, and their feature rows.

All in arrays, a row a subject, so that a tick costs what was touched in it. It may be lost at any time: figures are there again
after a minute, and what is usual is given back by `restore`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerostic.detection.forest import features
from aerostic.detection.forest.features import FADE, MEASURES, Rows
from aerostic.detection.forest.usual import Usual, blended

SUBJECTS, TENANTS, KINDS = 20_000, 10_000, 16
# Given back after a restart.
KEPT_TENANTS, KEPT_SUBJECTS = 2_000, 3_000
BALANCE = MEASURES.index("balance")
# A subject's row is looked at this often, and only once this much was seen of it within the last minute.
EVERY_SECONDS = 2.0
LEAST_SEEN = 5.0
COUNTED = [MEASURES.index(name) for name in ("asked", "tries", "sent", "failed")]
# The platform has to be known before anything is odd.
LEAST_KNOWN = 500
NONE: Rows = np.empty((0, features.WIDTH), np.float32)


@dataclass(frozen=True, slots=True)
class Key:
    """Whose figures: the subject and, for what is usual, its kind and tenant ('' for none)."""

    kind: str
    id: str
    tenant: str = ""


class Subjects:
    """Figures by subject.

    Args:
        most: how many subjects are kept; those not seen for longest go first.
    """

    def __init__(self, most: int = SUBJECTS) -> None:
        self._own = Usual(most)
        self._tenants = Usual(TENANTS)
        self._kinds = Usual(KINDS)
        self._amounts = np.zeros((most, len(MEASURES)))
        self._at = np.zeros(most)
        self._looked = np.zeros(most)
        self._whose: list[Key | None] = [None] * most

    def add(self, now: float, sums: Mapping[Key, Sequence[float]]) -> tuple[list[Key], Rows]:
        """Add a tick's sums of `MEASURES`; the subjects that are due to be looked at, and their rows."""
        keys = list(sums)
        if not keys:
            return [], NONE
        places = self._own.places(f"{key.kind}:{key.id}" for key in keys)
        for key, place in zip(keys, places.tolist(), strict=True):
            if self._whose[place] != key:  # a place that was given away
                self._whose[place] = key
                self._amounts[place], self._at[place], self._looked[place] = 0.0, now, -np.inf
        added = np.array([sums[key] for key in keys])
        fade = np.exp(np.minimum(self._at[places] - now, 0.0) / FADE)
        balance = np.where(added[:, BALANCE] > 0, added[:, BALANCE], self._amounts[places, BALANCE])
        self._amounts[places] = self._amounts[places] * fade[:, None] + added
        self._amounts[places, BALANCE] = balance
        self._at[places] = now
        seen = self._amounts[places][:, COUNTED].sum(axis=1)
        due = np.flatnonzero((now - self._looked[places] >= EVERY_SECONDS) & (seen >= LEAST_SEEN))
        return self._look(now, [keys[at] for at in due], places[due])

    def _look(self, now: float, keys: list[Key], places: NDArray[np.int64]) -> tuple[list[Key], Rows]:
        if not keys:
            return [], NONE
        self._looked[places] = now
        levels = features.levels(self._amounts[places])
        kinds = self._kinds.places(key.kind for key in keys)
        # What belongs to no tenant is compared with its kind, twice.
        tenants = self._tenants.places(f"{key.kind}:{key.tenant}" for key in keys)
        platform = self._kinds.mean[kinds]
        peers = blended(self._tenants.mean[tenants], self._tenants.seen[tenants], platform)
        own = blended(self._own.mean[places], self._own.seen[places], peers)
        found = features.rows(levels, own)
        known = self._kinds.seen[kinds] >= LEAST_KNOWN
        for usual, at in ((self._own, places), (self._tenants, tenants), (self._kinds, kinds)):
            usual.learn(at, levels)
        return [key for key, is_known in zip(keys, known, strict=True) if is_known], found[known]

    def state(self) -> dict[str, Any]:
        """What is usual, as JSON: for kinds, and for the tenants and subjects that were looked at last."""
        return {
            "kinds": self._kinds.state(KINDS),
            "tenants": self._tenants.state(KEPT_TENANTS),
            "subjects": self._own.state(KEPT_SUBJECTS),
        }

    def restore(self, state: Any) -> None:
        """Take back what `state` gave."""
        if isinstance(state, dict):
            for name, usual in (("kinds", self._kinds), ("tenants", self._tenants), ("subjects", self._own)):
                usual.restore(state.get(name) or {})
