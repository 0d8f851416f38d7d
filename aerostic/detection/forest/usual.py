"""What is usual: of a subject, of its tenant's subjects of that kind, and of the platform's.

Each is a mean that moves slowly and is not drawn far by one odd moment. A subject that is hardly known is measured by its
tenant's, and where that is hardly known, too, by the platform's.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aerostic.detection.forest.features import WIDTH

# As often seen as this, its own usual counts as much as the others'.
TRUSTED = 60
# After a while each look moves the mean by this share, and by at most so much.
SLOWEST, LONGEST_STEP = 0.005, 1.0
SETTLED = 10


class Usual:
    """Means by key, in one array; the key that was not asked for longest goes where there is no more room.

    Args:
        most: how many keys are kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._places: OrderedDict[str, int] = OrderedDict()
        self.mean = np.zeros((most, WIDTH), np.float32)
        self.seen = np.zeros(most, np.int32)

    def places(self, keys: Iterable[str]) -> NDArray[np.int64]:
        """The rows of keys; a new one gets an empty row. No more than `most` different keys at once."""
        return np.fromiter((self._place(key) for key in keys), np.int64)

    def learn(self, places: NDArray[np.int64], levels: NDArray[Any]) -> None:
        """Move the means towards levels; where several rows are of one key, towards their mean."""
        at, back, times = np.unique(places, return_inverse=True, return_counts=True)
        found = np.zeros((len(at), WIDTH))
        np.add.at(found, back, levels)
        found /= times[:, None]
        seen = self.seen[at]
        step = found - self.mean[at]
        step = np.where((seen < SETTLED)[:, None], step, np.clip(step, -LONGEST_STEP, LONGEST_STEP))
        self.mean[at] += step * np.maximum(1.0 / (seen + 1.0), SLOWEST)[:, None]
        self.seen[at] = np.minimum(seen + 1, 1_000_000)

    def state(self, most: int) -> dict[str, list[float]]:
        """The keys asked for last: how often each was seen, and its means."""
        kept = dict(list(self._places.items())[-most:])
        at = list(kept.values())
        means = np.round(self.mean[at].astype(float), 2).tolist()
        return {key: [seen, *mean] for key, seen, mean in zip(kept, self.seen[at].tolist(), means, strict=True)}

    def restore(self, state: Mapping[str, Sequence[float]]) -> None:
        """Take back what `state` gave; what has another shape is left."""
        for key, values in list(state.items())[-self._most :]:
            if len(values) == WIDTH + 1 and np.isfinite(values).all():
                at = self._place(key)
                self.seen[at], self.mean[at] = int(values[0]), values[1:]

    def _place(self, key: str) -> int:
        at = self._places.get(key)
        if at is not None:
            self._places.move_to_end(key)
            return at
        if len(self._places) < self._most:
            at = len(self._places)
        else:
            _, at = self._places.popitem(last=False)
            self.mean[at], self.seen[at] = 0.0, 0
        self._places[key] = at
        return at


def blended(nearer: NDArray[Any], seen: NDArray[Any], farther: NDArray[Any]) -> NDArray[Any]:
    """Means of a nearer kind as far as they are known, else of a farther one."""
    trust = (seen / (seen + TRUSTED))[:, None]
    result: NDArray[Any] = trust * nearer + (1.0 - trust) * farther
    return result
