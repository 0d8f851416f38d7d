"""Connecting an account of a provider: its credentials kept, its webhooks pointed at us, numbers and templates fetched."""

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.messaging.contract import Account, Channel, ChannelError, NumberData
from aerostic.messaging.models import ChannelAccount, ChannelNumber, Lane
from aerostic.messaging.templates.syncing import sync
from aerostic.tenancy.plugins import view_for

ENDPOINT_BYTES = 24


@dataclass(frozen=True, slots=True)
class Connection:
    """What a person gives to connect an account. `external_id` is the provider's id of it."""

    channel: str
    name: str
    external_id: str
    credentials: dict[str, str] = field(repr=False)
    settings: dict[str, Any] = field(default_factory=dict)


def connect(tenant_id: UUID, connection: Connection, hooks: str) -> UUID:
    """Connect an account, or bring a connected one up to date. Returns our id of it.

    Args:
        hooks: base address of the webhook intake, as the provider can reach it.

    Raises:
        ChannelError: the provider refused; the account is kept, so that it can be mended and connected again.
    """
    with transaction(tenant_scope(tenant_id)) as session:
        row = _kept(session, tenant_id, connection)
        channel: Channel | None = view_for(session, tenant_id).channels.get(connection.channel)
        account = Account(row.id, tenant_id, row.external_id, connection.credentials, connection.settings)
        callback = f"{hooks}/{row.channel}/{row.endpoint}"
    if channel is None:
        raise ChannelError(f"The channel {connection.channel!r} is switched off. Switch its plugin on first.")
    numbers = asyncio.run(_subscribed(channel, account, callback))
    with transaction(tenant_scope(tenant_id)) as session:
        for number in numbers:
            _keep_number(session, account, number)
    sync(tenant_id, account.id, channel, account)
    return account.id


async def _subscribed(channel: Channel, account: Account, callback: str) -> list[NumberData]:
    await channel.subscribe(account, callback)
    return await channel.fetch_numbers(account)


def _kept(session: Session, tenant_id: UUID, connection: Connection) -> ChannelAccount:
    chosen = select(ChannelAccount).where(
        ChannelAccount.tenant_id == tenant_id,
        ChannelAccount.channel == connection.channel,
        ChannelAccount.external_id == connection.external_id,
    )
    row = session.scalar(chosen)
    if row is None:
        row = ChannelAccount(
            tenant_id=tenant_id,
            channel=connection.channel,
            external_id=connection.external_id,
            endpoint=secrets.token_urlsafe(ENDPOINT_BYTES),
        )
        session.add(row)
    row.name, row.credentials, row.settings = connection.name, connection.credentials, connection.settings
    session.flush()
    return row


def _keep_number(session: Session, account: Account, data: NumberData) -> None:
    chosen = select(ChannelNumber).where(
        ChannelNumber.account_id == account.id, ChannelNumber.external_id == data.external_id
    )
    row = session.scalar(chosen)
    if row is None:
        row = ChannelNumber(
            tenant_id=account.tenant_id, account_id=account.id, external_id=data.external_id, display=data.display
        )
        session.add(row)
        session.flush()
        session.add(Lane(tenant_id=account.tenant_id, number_id=row.id))
    row.display, row.name, row.quality = data.display, data.name, data.quality
    row.status, row.pace, row.limit_tier, row.synced_at = data.status, data.pace, data.limit_tier, utcnow()
