"""What a tick says of each subject, added up: the figures that the forest judges."""

from collections.abc import Callable
from uuid import UUID

from aerostic.sdk import Event
from aerostic.sdk.detection import MEASURES, Key, Tick

from .sightings import Sightings

ASKED, ERRORS, BARE, OBJECTS, PLACES, TRIES, WRONG, SENT, FRESH, FAILED, COST, BALANCE = range(len(MEASURES))
CREDIT = 1_000_000.0
Sums = dict[Key, list[float]]


class Figures:
    """Adds up ticks. What was seen with whom lately is all that it remembers."""

    def __init__(self) -> None:
        self._lately = Sightings()
        self._sums: Sums = {}
        self._tenants: dict[Key, set[UUID]] = {}
        self._of: dict[str, Callable[[Event, float], None]] = {
            "page.asked": self._page,
            "api.asked": self._api,
            "signin.tried": self._sign_in,
            "messages.planned": self._planned,
            "message.failed": self._failed,
        }

    def of(self, tick: Tick) -> tuple[Sums, dict[Key, set[UUID]]]:
        """The sums of `MEASURES` by subject, and at whose addresses were seen."""
        self._sums, self._tenants = {}, {}
        for name, add in self._of.items():
            for event in tick.of(name):
                add(event, tick.now)
        return self._sums, self._tenants

    def _page(self, event: Event, now: float) -> None:
        self._asked(event, now, "user", event.data["user"])

    def _api(self, event: Event, now: float) -> None:
        self._asked(event, now, "key", event.data["key"])

    def _asked(self, event: Event, now: float, kind: str, whose: str) -> None:
        data, tenant = event.data, str(event.tenant_id or "")
        thing, address = data["object"], data["address"]
        wrong, bare = data["status"] >= 400, not data["referred"]
        new = bool(thing) and self._lately.new(f"{whose} {thing}", now)
        place = bool(address) and self._lately.new(f"{whose} {address}", now)
        keys = [Key(kind, whose, tenant)] if whose else []
        for key in (*keys, self._address(event)) if address else keys:
            sums = self._at(key)
            sums[ASKED] += 1.0
            sums[ERRORS] += wrong
            sums[BARE] += bare
            sums[OBJECTS] += new
            sums[PLACES] += place

    def _sign_in(self, event: Event, now: float) -> None:
        data = event.data
        account, address = data["account"], data["address"]
        wrong = data["outcome"] != "right"
        place = bool(account and address) and self._lately.new(f"{account} {address}", now)
        keys = [Key("account", account)] if account else []
        for key in (*keys, self._address(event)) if address else keys:
            sums = self._at(key)
            sums[TRIES] += 1.0
            sums[WRONG] += wrong
            sums[PLACES] += place

    def _planned(self, event: Event, now: float) -> None:
        data, tenant = event.data, str(event.tenant_id)
        sums = self._at(Key("tenant", tenant, tenant))
        sums[SENT] += data["count"]
        sums[FRESH] += data["new"]
        if data["balance"] >= 0:
            sums[COST] += data["cost"] / CREDIT
            sums[BALANCE] = data["balance"] / CREDIT

    def _failed(self, event: Event, now: float) -> None:
        tenant = str(event.tenant_id)
        self._at(Key("tenant", tenant, tenant))[FAILED] += 1.0

    def _address(self, event: Event) -> Key:
        key = Key("address", event.data["address"])
        if event.tenant_id:
            self._tenants.setdefault(key, set()).add(event.tenant_id)
        return key

    def _at(self, key: Key) -> list[float]:
        sums = self._sums.get(key)
        if sums is None:
            sums = self._sums[key] = [0.0] * len(MEASURES)
        return sums
