"""Where everything that happens is put down, to be taken out hour by hour in the order of time."""

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from operator import attrgetter
from random import Random
from typing import Any
from uuid import UUID

from aerostic.db import Event
from tests.labelled.places import Place
from tests.labelled.world import Tenant

HOUR = 3600
Fingerprint = Callable[[str], tuple[str, str]]
REFUSED = "131026"
HELD_BACK = "131049"
BROKEN = "131000"


class Sink:
    """Makes observations and events.

    Args:
        seed: goes into their ids.
        rng: draws delays and outcomes of messages.
        fingerprint: `exact` and `print` of a text.
        outage: when it begins, and its seconds: then the provider fails a third of all messages.
    """

    def __init__(self, seed: int, rng: Random, fingerprint: Fingerprint, outage: tuple[float, float]) -> None:
        self._seed, self._rng, self._fingerprint, self._outage = seed, rng, fingerprint, outage
        self._hours: dict[int, list[Event]] = defaultdict(list)
        self._wallets: dict[str, Tenant] = {}
        self._made = 0

    def add(self, time: float, type_: str, tenant: Tenant | None, **data: Any) -> None:
        """Something happened."""
        self._made += 1
        number = int(time * 1000) << 80 | 7 << 76 | 2 << 62 | (self._seed & 0xFFFF) << 40 | self._made
        self._hours[int(time // HOUR)].append(
            Event(
                type=type_,
                tenant_id=tenant.id if tenant else None,
                key=str(tenant.id) if tenant else "platform",
                data=data,
                id=UUID(int=number),
                time=datetime.fromtimestamp(time, UTC),
            )
        )

    def take(self, hour: float) -> list[Event]:
        """Take out what happened in the hour that begins then. What is left in wallets is known only now."""
        events = sorted(self._hours.pop(int(hour // HOUR), []), key=attrgetter("time", "id"))
        for event in events:
            if event.type == "messages.planned":
                event.data["balance"] = self._wallets[event.key].spend(event.data["cost"], event.time.timestamp())
        return events

    def asked(self, time: float, tenant: Tenant, place: Place, who: dict[str, str], endpoint: str, **data: Any) -> None:
        """A page or the API was asked."""
        rest = {"object": "", "status": 200, "referred": "user" in who} | data
        if "key" in who:
            rest.setdefault("method", "GET")
        type_ = "api.asked" if "key" in who else "page.asked"
        self.add(time, type_, tenant, **place.where(), endpoint=endpoint, **who, **rest)

    def signin(self, time: float, place: Place, account: str, outcome: str, known: bool = True, user: str = "") -> None:
        """Somebody tried to sign in."""
        fields = {"account": account, "outcome": outcome, "factor": "password", "known": known, "user": user}
        self.add(time, "signin.tried", None, **place.where(), **fields)

    def planned(self, time: float, tenant: Tenant, count: int, text: str = "", **data: Any) -> None:
        """Messages were taken for sending; what becomes of them follows. `failing` is the share that will not arrive."""
        failing, number = data.pop("failing", 0.04), data.pop("number", tenant.numbers[0])
        price = data.pop("price", tenant.price)
        exact, print_ = self._fingerprint(text) if text else ("", "")
        fields = {"source": "person", "source_id": "", "batch": "", "template": "", "new": 0, "links": []} | data
        self._wallets[str(tenant.id)] = tenant
        self.add(
            time,
            "messages.planned",
            tenant,
            number=number,
            count=count,
            cost=count * price,
            balance=-1,
            exact=exact,
            print=print_,
            **fields,
        )
        self._outcomes(time, tenant, count, failing, number, fields)

    def _outcomes(
        self, time: float, tenant: Tenant, count: int, failing: float, number: str, fields: dict[str, Any]
    ) -> None:
        rng, common = self._rng, {"number_id": number, "batch_id": fields["batch"], "source": fields["source"]}
        begun, seconds = self._outage
        for index in range(count):
            accepted = time + 0.5 + index * 0.05 + rng.expovariate(2.0)
            ids = {"message_id": f"{rng.getrandbits(64):x}", "contact_id": f"{rng.getrandbits(64):x}"}
            self.add(accepted, "message.accepted", tenant, conversation_id=None, **ids, **common)
            out = begun <= accepted < begun + seconds and rng.random() < 0.33
            if out or rng.random() < failing:
                code = BROKEN if out else rng.choices((REFUSED, HELD_BACK), (failing, 0.015))[0]
                self.add(
                    accepted + 1 + rng.expovariate(0.3),
                    "message.failed",
                    tenant,
                    conversation_id=None,
                    code=code,
                    **ids,
                    **common,
                )
            elif rng.random() < 0.93:
                self.add(
                    accepted + 1 + rng.expovariate(0.05),
                    "message.delivered",
                    tenant,
                    conversation_id=None,
                    **ids,
                    **common,
                )

    def received(self, time: float, tenant: Tenant) -> None:
        """A contact wrote."""
        contact = f"{self._rng.getrandbits(64):x}"
        self.add(
            time,
            "message.received",
            tenant,
            message_id=f"{self._rng.getrandbits(64):x}",
            number_id=tenant.numbers[-1],
            contact_id=contact,
            conversation_id=contact,
            kind="text",
        )
