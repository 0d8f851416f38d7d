"""An account at an emulator, in one event loop."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from aerostic_emulator import seed
from aerostic_emulator.config import Config
from aerostic_emulator.server import Emulator
from aerostic_whatsapp.channel import WhatsApp

from aerostic.sdk import Account, Outbound, SendResult

ID = UUID(int=7)
TEXT = {"type": "text", "text": {"body": "Hello"}}
PLAIN = {"window": False, "pair_limit": False, "statuses": False}
T = TypeVar("T")


@dataclass
class Line:
    """The channel, the account and the emulator behind it."""

    channel: WhatsApp
    account: Account
    emulator: Emulator

    def fault(self, kind: str, **values: Any) -> None:
        """Have the next request meet a fault."""
        self.emulator.world.faults.add({"kind": kind, "count": 1, **values}, self.emulator.world.clock.now())

    async def send(
        self, content: dict[str, Any] = TEXT, *, to: str | None = "+4915112345678", **values: Any
    ) -> SendResult:
        """Send one message over a pool of its own."""
        message = Outbound(**{"id": ID, "attempt": 1, "number": seed.PHONE_ID, "to": to, "user_id": None,
                              "content": content, **values})  # fmt: skip
        async with self.channel.open_sender(self.account, 4) as sender:
            return await sender.send(message)


def account_at(base_url: str, **credentials: str) -> Account:
    """The emulator's seeded account."""
    known = {"token": seed.TOKEN, "app_secret": seed.APP_SECRET, "verify_token": seed.VERIFY_TOKEN, **credentials}
    return Account(UUID(int=1), UUID(int=2), seed.WABA_ID, known, {"base_url": base_url})


def on_line(work: Callable[[Line], Awaitable[T]], **switches: Any) -> T:
    """Run `work` beside an emulator with these switches."""

    async def run() -> T:
        emulator = Emulator(Config(**{**PLAIN, **switches}))
        async with emulator.serve() as base_url:
            return await work(Line(WhatsApp(), account_at(base_url), emulator))

    return asyncio.run(run())
