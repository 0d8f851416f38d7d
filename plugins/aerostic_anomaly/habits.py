"""What a key does at home, and what somebody does with it elsewhere."""

from typing import Any

# A key's first hour, and as many questions, tell where it lives; later a place becomes home after a day without suspicion.
FIRST_SECONDS, FIRST_ASKED = 3600.0, 20
SETTLES = 24 * 3600.0
LEAVES = 1800.0  # seconds without a question after which a stranger is another one
MOST = 64


class Stranger:
    """Questions from networks that a key was never used from."""

    __slots__ = (
        "addresses",
        "asked",
        "countries",
        "endpoints",
        "last",
        "refused",
        "silence",
        "since",
        "subnets",
        "suspect",
    )

    def __init__(self, since: float, silence: float) -> None:
        self.since = self.last = since
        self.silence = silence
        self.asked = self.refused = 0
        self.suspect = False
        self.addresses: set[str] = set()
        self.subnets: set[str] = set()
        self.countries: set[str] = set()
        self.endpoints: set[str] = set()


class KeyHabit:
    """Where a key is at home and what it asks for there.

    Args:
        first: when it was first used.
    """

    __slots__ = ("asked_at_home", "countries", "endpoints", "first", "last", "stranger", "subnets")

    def __init__(self, first: float) -> None:
        self.first = self.last = first
        self.asked_at_home = 0
        self.subnets: set[str] = set()
        self.countries: set[str] = set()
        self.endpoints: set[str] = set()
        self.stranger: Stranger | None = None

    def asked(self, data: dict[str, Any], time: float) -> Stranger | None:
        """Take a question; the stranger who asked it, if it was none from home."""
        silence, self.last = time - self.last, max(time, self.last)
        subnet = data["subnet"]
        in_use = self.asked_at_home < FIRST_ASKED and silence < LEAVES and self.stranger is None
        settling = in_use or time - self.first < FIRST_SECONDS
        if subnet in self.subnets or (settling and len(self.subnets) < MOST):
            self._at_home(subnet, data)
            return None
        stranger = self.stranger
        if stranger is None or (time - stranger.last > LEAVES and not self._settled(stranger)):
            stranger = self.stranger = Stranger(time, silence)
        self._elsewhere(stranger, data, time)
        if stranger.last - stranger.since > SETTLES and not stranger.suspect:
            self._move(stranger)
        return stranger

    def pace(self) -> float:
        """Questions a second at home."""
        return self.asked_at_home / max(self.last - self.first, FIRST_SECONDS)

    def state(self) -> list[Any]:
        """As JSON."""
        known = sorted(self.subnets), sorted(self.countries), sorted(self.endpoints)
        return [self.first, self.last, self.asked_at_home, *known]

    @classmethod
    def read(cls, row: Any) -> "KeyHabit | None":
        """What `state` gave, after the key; None where it cannot be read."""
        try:
            _, first, last, asked, subnets, countries, endpoints = row
            habit = cls(float(first))
            habit.last, habit.asked_at_home = float(last), int(asked)
            habit.subnets, habit.countries, habit.endpoints = set(subnets), set(countries), set(endpoints)
        except (TypeError, ValueError):
            return None
        return habit

    def _at_home(self, subnet: str, data: dict[str, Any]) -> None:
        self.asked_at_home += 1
        if subnet not in self.subnets:
            self.subnets.add(subnet)
            self.countries.add(data["country"])
        if data["endpoint"] not in self.endpoints and len(self.endpoints) < MOST:
            self.endpoints.add(data["endpoint"])

    @staticmethod
    def _settled(stranger: Stranger) -> bool:
        """One that is quiet and slow may be away for long: a program that asks once a night."""
        return not stranger.suspect and stranger.asked < MOST

    @staticmethod
    def _elsewhere(stranger: Stranger, data: dict[str, Any], time: float) -> None:
        stranger.last = max(time, stranger.last)
        stranger.asked += 1
        stranger.refused += data["status"] in (401, 403, 429)
        for known, field in (
            (stranger.addresses, "address"),
            (stranger.subnets, "subnet"),
            (stranger.countries, "country"),
            (stranger.endpoints, "endpoint"),
        ):
            if len(known) < MOST:
                known.add(data[field])

    def _move(self, stranger: Stranger) -> None:
        self.subnets |= stranger.subnets
        self.countries |= stranger.countries
        self.endpoints |= stranger.endpoints
        while len(self.subnets) > MOST:
            self.subnets.pop()
        self.stranger = None
