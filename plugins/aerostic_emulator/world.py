"""Everything one emulator holds, handed to every handler."""

import random
from dataclasses import dataclass, field
from pathlib import Path

from .chats import Chats
from .clock import Clock, Timeline
from .config import Config
from .faults import Faults
from .limits import Limits
from .people import Customer
from .record import Record
from .state import State
from .webhooks import Postman


@dataclass(slots=True)
class World:
    """One emulator's state, clock and queues."""

    config: Config
    clock: Clock
    state: State
    limits: Limits
    faults: Faults
    record: Record
    timeline: Timeline
    postman: Postman
    chance: random.Random
    customers: dict[tuple[str, str], Customer] = field(default_factory=dict)
    inbound_ids: set[str] = field(default_factory=set)
    chats: Chats = field(default_factory=Chats)
    base_url: str = ""

    @classmethod
    def create(cls, config: Config, record_path: Path | None = None) -> "World":
        """Return a world with nothing in it."""
        clock, timeline, state = Clock(), Timeline(), State()
        record = Record(record_path)
        postman = Postman(config, clock, state, record, timeline)
        chance = random.Random(config.seed)  # noqa: S311 - it decides nothing secret
        return cls(config, clock, state, Limits(config), Faults(config.seed), record, timeline, postman, chance)

    def person(self, number_id: str, wa_id: str, user_id: str) -> str:
        """Return what a person is known by in chats: the WhatsApp id, or the user id of one whose number nobody knows."""
        if wa_id:
            return wa_id
        customer = self.customers.get((number_id, user_id))
        return (customer and customer.phone) or user_id

    @property
    def idle(self) -> bool:
        """Return whether no status, event or retry is still to come."""
        return not len(self.timeline) and self.postman.idle

    def reset(self) -> None:
        """Forget objects, limits, faults, customers, chats and everything to come; keep configuration and record."""
        self.timeline.clear()
        self.state.__dict__.update(State().__dict__)
        self.limits = Limits(self.config)
        self.faults = Faults(self.config.seed)
        self.chance = random.Random(self.config.seed)  # noqa: S311 - it decides nothing secret
        self.customers.clear()
        self.inbound_ids.clear()
        self.chats.clear()
        self.postman.reset()
        self.clock.offset = 0.0
