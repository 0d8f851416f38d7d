"""Webhook addresses: which account an endpoint belongs to, and the channel that reads what comes there."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any
from uuid import UUID

from sqlalchemy import select

from aerostic.db import service_scope, transaction
from aerostic.messaging.contract import Channel
from aerostic.messaging.models import ChannelAccount
from aerostic.tenancy.models import Tenant
from aerostic.tenancy.plugins import view_for

KEPT_SECONDS = 30.0
MOST_KEPT = 10_000
INTAKE = service_scope("intake")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An account's webhook address. Never log it: `credentials` are secrets."""

    tenant_id: UUID
    account_id: UUID
    channel: Channel
    credentials: Mapping[str, Any] = field(repr=False)


class Endpoints:
    """Look-ups of endpoints, remembered for half a minute; also those that found nothing. For one event loop, in whose threads
    the database is asked.

    Args:
        look_up: asks the database, see `find`.
        clock: seconds that never go back.
    """

    def __init__(self, look_up: Callable[[str, str], Endpoint | None], clock: Callable[[], float] = monotonic) -> None:
        self._look_up = look_up
        self._clock = clock
        self._kept: dict[tuple[str, str], tuple[float, Endpoint | None]] = {}

    async def get(self, channel: str, endpoint: str) -> Endpoint | None:
        """The account at an address, or None."""
        now, key = self._clock(), (channel, endpoint)
        until, found = self._kept.get(key, (0.0, None))
        if now < until:
            return found
        found = await asyncio.to_thread(self._look_up, channel, endpoint)
        if len(self._kept) >= MOST_KEPT:
            self._kept = {}
        self._kept[key] = (now + KEPT_SECONDS, found)
        return found


def find(channel: str, endpoint: str) -> Endpoint | None:
    """Ask the database; None also where the tenant has the channel's plugin off, or was erased. Needs an application context."""
    if "\x00" in endpoint:
        return None
    named = ChannelAccount.endpoint == endpoint, ChannelAccount.channel == channel
    living = ChannelAccount.tenant_id == Tenant.id, Tenant.erased_at.is_(None)
    chosen = select(ChannelAccount).where(*named, *living)
    with transaction(INTAKE) as session:
        account = session.scalar(chosen)
        if account is None:
            return None
        reader = view_for(session, account.tenant_id).channels.get(channel)
        return Endpoint(account.tenant_id, account.id, reader, account.credentials or {}) if reader else None
