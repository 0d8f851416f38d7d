"""Connecting an account of a provider: its credentials kept, its webhooks pointed at us, numbers and templates fetched."""

import asyncio
import secrets
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from aerostic import audit
from aerostic.db import new_id, tenant_scope, transaction
from aerostic.messaging.accounts import CHANNEL_OFF
from aerostic.messaging.contract import Account, Channel, ChannelError
from aerostic.messaging.models import ChannelAccount, ChannelNumber
from aerostic.messaging.numbers.lanes import restart
from aerostic.messaging.numbers.refreshing import keep_numbers
from aerostic.messaging.templates.syncing import sync
from aerostic.security.outbound import OutboundError, check_public
from aerostic.tenancy.plugins import view_for
from aerostic.words import N_

ENDPOINT_BYTES = 24
TAKEN = N_("This account is connected to another workspace already.")


@dataclass(frozen=True, slots=True)
class Connection:
    """What a person gives to connect an account. `external_id` is the provider's id of it."""

    channel: str
    name: str
    external_id: str
    credentials: dict[str, str] = field(repr=False)
    settings: dict[str, Any] = field(default_factory=dict)


def connect(tenant_id: UUID, connection: Connection, hooks: str) -> UUID:
    """Connect an account, or bring a connected one up to date and let its numbers send again. Returns our id of it.

    Args:
        hooks: base address of the webhook intake, as the provider can reach it.

    Raises:
        ChannelError: the provider refused. Where it refused the credentials nothing is changed; later on the account is
            kept, so that it can be mended and connected again.
    """
    _check_addresses(connection)
    with transaction(tenant_scope(tenant_id)) as session:
        known = _find(session, tenant_id, connection)
        channel: Channel | None = view_for(session, tenant_id).channels.get(connection.channel)
    if channel is None:
        raise ChannelError(CHANNEL_OFF)
    account = Account(
        known.id if known else new_id(),
        tenant_id,
        connection.external_id,
        connection.credentials,
        connection.settings,
    )
    numbers = asyncio.run(channel.fetch_numbers(account))
    endpoint = _keep(account, connection)
    asyncio.run(channel.subscribe(account, f"{hooks}/{connection.channel}/{endpoint}"))
    with transaction(tenant_scope(tenant_id)) as session:
        keep_numbers(session, tenant_id, account.id, numbers)
        _let_send(session, account)
    sync(tenant_id, account.id, channel, account)
    return account.id


def _check_addresses(connection: Connection) -> None:
    """What a person of a tenant enters must not make us ask our own network."""
    for value in connection.settings.values():
        if isinstance(value, str) and "://" in value:
            try:
                check_public(value)
            except OutboundError as error:
                raise ChannelError(str(error)) from None


def _find(session: Session, tenant_id: UUID, connection: Connection) -> ChannelAccount | None:
    chosen = select(ChannelAccount).where(
        ChannelAccount.tenant_id == tenant_id,
        ChannelAccount.channel == connection.channel,
        ChannelAccount.external_id == connection.external_id,
    )
    return session.scalar(chosen)


def _keep(account: Account, connection: Connection) -> str:
    """Write the account down. Returns its webhook path."""
    try:
        with transaction(tenant_scope(account.tenant_id)) as session:
            row = _find(session, account.tenant_id, connection)
            if row is None:
                row = ChannelAccount(
                    id=account.id,
                    tenant_id=account.tenant_id,
                    channel=connection.channel,
                    external_id=connection.external_id,
                    endpoint=secrets.token_urlsafe(ENDPOINT_BYTES),
                )
                session.add(row)
            row.name, row.credentials, row.settings = connection.name, connection.credentials, connection.settings
            _note(session, row, connection)
            return row.endpoint
    except IntegrityError:
        raise ChannelError(TAKEN) from None


def _note(session: Session, row: ChannelAccount, connection: Connection) -> None:
    """Which secrets were given, never what they are."""
    given = {"channel": row.channel, "name": row.name, "given": sorted(connection.credentials)}
    audit.record(session, audit.Act(row.tenant_id, "number.connected", f"account:{row.id}", after=given))


def _let_send(session: Session, account: Account) -> None:
    """The provider has accepted us, so what had stopped the account is over."""
    row = session.get_one(ChannelAccount, account.id)
    row.status, row.status_reason = "active", ""
    numbers = select(ChannelNumber.id).where(ChannelNumber.account_id == account.id)
    restart(session, account.tenant_id, session.scalars(numbers))
