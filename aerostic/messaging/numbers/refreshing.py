"""Numbers as the provider has them: quality, limit, throughput and standing, fetched and kept."""

import asyncio
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.db import tenant_scope, transaction, utcnow
from aerostic.messaging.accounts import line_of
from aerostic.messaging.contract import NumberData
from aerostic.messaging.models import ChannelNumber, Lane

GONE = "DISCONNECTED"


def refresh(tenant_id: UUID, account_id: UUID) -> int:
    """Ask the provider for an account's numbers, and keep what it says. Returns how many it has.

    Raises:
        ChannelError: the provider refused, or the channel is off; nothing is changed.
        sqlalchemy.exc.NoResultFound: the tenant has no such account.
    """
    with transaction(tenant_scope(tenant_id)) as session:
        line = line_of(session, account_id)
    numbers = asyncio.run(line.channel.fetch_numbers(line.account))
    with transaction(tenant_scope(tenant_id)) as session:
        keep_numbers(session, tenant_id, account_id, numbers)
    return len(numbers)


def keep_numbers(session: Session, tenant_id: UUID, account_id: UUID, numbers: Iterable[NumberData]) -> None:
    """Write down what the provider said; a number it does not have any more counts as disconnected."""
    chosen = select(ChannelNumber).where(ChannelNumber.tenant_id == tenant_id, ChannelNumber.account_id == account_id)
    known = {row.external_id: row for row in session.scalars(chosen)}
    for data in numbers:
        row = known.pop(data.external_id, None) or _new(session, tenant_id, account_id, data)
        row.display, row.name, row.quality = data.display, data.name, data.quality
        row.status, row.pace, row.limit_tier, row.synced_at = data.status, data.pace, data.limit_tier, utcnow()
    for row in known.values():
        row.status, row.synced_at = GONE, utcnow()


def _new(session: Session, tenant_id: UUID, account_id: UUID, data: NumberData) -> ChannelNumber:
    row = ChannelNumber(tenant_id=tenant_id, account_id=account_id, external_id=data.external_id, display=data.display)
    session.add(row)
    session.flush()
    session.add(Lane(tenant_id=tenant_id, number_id=row.id))
    return row
