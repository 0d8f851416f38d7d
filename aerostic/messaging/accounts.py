"""A tenant's account with a provider, opened for use, and the channel that speaks with it."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from aerostic.messaging.contract import Account, Channel, ChannelError
from aerostic.messaging.models import ChannelAccount
from aerostic.tenancy.plugins import view_for
from aerostic.words import N_

CHANNEL_OFF = N_("The channel of this account is switched off. Switch its plugin on first.")


class Line(NamedTuple):
    """An account and its channel. Never log it: the account holds secrets."""

    account: Account
    channel: Channel


def opened(row: ChannelAccount) -> Account:
    """The account as channels take it, its credentials in the clear."""
    return Account(row.id, row.tenant_id, row.external_id, row.credentials or {}, row.settings)


def line_of(session: Session, account_id: UUID) -> Line:
    """An account and its channel, within the session's scope.

    Raises:
        ChannelError: the tenant has the channel's plugin off.
        sqlalchemy.exc.NoResultFound: there is no such account.
    """
    row = session.get_one(ChannelAccount, account_id)
    channel = view_for(session, row.tenant_id).channels.get(row.channel)
    if channel is None:
        raise ChannelError(CHANNEL_OFF)
    return Line(opened(row), channel)
