"""Webhook addresses: which account an endpoint belongs to, and the channel that reads what comes there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from aerostic.db import service_scope, transaction
from aerostic.messaging.contract import Channel
from aerostic.messaging.models import ChannelAccount
from aerostic.tenancy.models import Tenant
from aerostic.tenancy.plugins import view_for

# How long the answer may be remembered.
KEPT_SECONDS = 30.0
INTAKE = service_scope("intake")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An account's webhook address. Never log it: `credentials` are secrets."""

    tenant_id: UUID
    account_id: UUID
    channel: Channel
    credentials: Mapping[str, Any] = field(repr=False)


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
