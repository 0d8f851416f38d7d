"""Rate limits and the customer service window.

Sources: throughput, about-the-platform#rate-limits, messaging-limits, messages/send-messages.
"""

from collections import OrderedDict, defaultdict

from .config import Config

WINDOW_S = 24 * 3600
FREE_ENTRY_S = 72 * 3600
TIERS = {
    "TIER_50": 50,
    "TIER_250": 250,
    "TIER_2K": 2_000,
    "TIER_10K": 10_000,
    "TIER_100K": 100_000,
    "TIER_UNLIMITED": 0,
}


class Limits:
    """Counters of every number, pair, portfolio and account.

    The buckets keep one float each: the time at which they will be empty again (generic cell rate algorithm).
    """

    def __init__(self, config: Config) -> None:
        """Start with every bucket full."""
        self._config = config
        self._numbers: dict[str, float] = {}
        self._pairs: dict[tuple[str, str], float] = {}
        self._reached: defaultdict[str, OrderedDict[str, float]] = defaultdict(OrderedDict)
        self._calls: dict[tuple[str, int], int] = {}
        self._windows: dict[tuple[str, str], float] = {}
        self._free_entry: dict[tuple[str, str], float] = {}
        self._services: defaultdict[tuple[str, int], int] = defaultdict(int)

    def throughput_exceeded(self, phone_id: str, level: str, now: float) -> bool:
        """Take one message of a number's rate (a bucket of one second's worth); True means 130429."""
        rate = self._config.throughput.get(level, 80)
        empty_at = max(self._numbers.get(phone_id, 0.0), now)
        if empty_at - now > 1 - 1 / rate + 1e-9:
            return True
        self._numbers[phone_id] = empty_at + 1 / rate
        return False

    def pair_exceeded(self, phone_id: str, user: str, now: float) -> bool:
        """Take one message of a pair's rate (45 at once, one more every 6 s); True means 131056."""
        refill, burst = self._config.pair_refill_s, self._config.pair_burst
        empty_at = max(self._pairs.get((phone_id, user), 0.0), now)
        if empty_at - now > (burst - 1) * refill + 1e-9:
            return True
        self._pairs[phone_id, user] = empty_at + refill
        return False

    def reach_exceeded(self, business_id: str, tier: str, user: str, now: float) -> bool:
        """Count a user messaged outside a window in the portfolio's moving 24 hours; True means 131048."""
        limit = TIERS.get(tier, 0)
        if not limit:
            return False
        users = self._reached[business_id]
        while users and next(iter(users.values())) < now - WINDOW_S:
            users.popitem(last=False)
        if user in users:
            return False
        if len(users) >= limit:
            return True
        users[user] = now
        return False

    def reached(self, business_id: str) -> int:
        """Return how many users the portfolio has reached in its moving 24 hours."""
        return len(self._reached[business_id])

    def management_exceeded(self, waba_id: str, now: float) -> bool:
        """Count a management call of an account; True means 80007."""
        key = (waba_id, int(now // 3600))
        self._calls[key] = self._calls.get(key, 0) + 1
        return 0 < self._config.management_per_hour < self._calls[key]

    def open_window(self, phone_id: str, user: str, now: float, free_entry: bool = False) -> None:
        """Open or refresh the 24-hour window of a user with a number (and 72 free hours after an ad)."""
        self._windows[phone_id, user] = now + WINDOW_S
        if free_entry:
            self._free_entry[phone_id, user] = now + FREE_ENTRY_S

    def window_open(self, phone_id: str, user: str, now: float) -> bool:
        """Return whether free-form messages reach the user."""
        return self._windows.get((phone_id, user), 0.0) > now

    def window_until(self, phone_id: str, user: str) -> float:
        """Return when the window of a user with a number closes or closed; 0 when it never was open."""
        return self._windows.get((phone_id, user), 0.0)

    def free_entry_open(self, phone_id: str, user: str, now: float) -> bool:
        """Return whether the user came by an ad in the last 72 hours."""
        return self._free_entry.get((phone_id, user), 0.0) > now

    def service_count(self, phone_id: str, month: int) -> int:
        """Count a free-form message of a number's month and return the count."""
        self._services[phone_id, month] += 1
        return self._services[phone_id, month]
