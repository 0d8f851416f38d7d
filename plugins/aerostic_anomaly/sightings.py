"""Whether a thing was seen with a subject lately: a fixed table of digests, where a newer one takes an older one's place."""

from zlib import crc32

import numpy as np

SLOTS = 1 << 18
SECONDS = 300.0


class Sightings:
    """What was seen. A few in a thousand are forgotten too early, none is remembered too long.

    Args:
        slots: how many are remembered, a power of two.
        seconds: for how long.
    """

    def __init__(self, slots: int = SLOTS, seconds: float = SECONDS) -> None:
        self._digests = np.zeros(slots, np.uint32)
        self._times = np.full(slots, -np.inf)
        self._mask, self._seconds = slots - 1, seconds

    def new(self, thing: str, now: float) -> bool:
        """Whether it was not seen within the last seconds; from now on it was."""
        digest = crc32(thing.encode())
        place = digest & self._mask
        known = self._digests[place] == digest and now - self._times[place] <= self._seconds
        self._digests[place], self._times[place] = digest, now
        return not known
