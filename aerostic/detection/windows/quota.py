"""How many keys of a window this process may begin in Redis: its server is bounded, and may hold queues besides."""

from collections import Counter

from aerostic.detection.windows.bounded import OWNER_KEYS, owner_of

SHARED_KEYS = 50_000


class Quota:
    """Keys that are begun within the length of a window. Since keys end with it, about twice as many are there at most.

    Args:
        seconds: how far back the window reaches.
        most: keys of all tenants.
        of_owner: keys of one tenant.
    """

    def __init__(self, seconds: int, most: int = SHARED_KEYS, of_owner: int = OWNER_KEYS) -> None:
        self._seconds, self._most, self._of_owner = seconds, most, of_owner
        self._since = float("-inf")
        self._begun = 0
        self._owned: Counter[str] = Counter()

    def allows(self, key: str, now: float) -> bool:
        """Whether one more may be begun, which it then is."""
        if not self._since <= now < self._since + self._seconds:
            self._since, self._begun, self._owned = now, 0, Counter()
        owner = owner_of(key)
        if self._begun >= self._most or (owner and self._owned[owner] >= self._of_owner):
            return False
        self._begun += 1
        if owner:
            self._owned[owner] += 1
        return True
