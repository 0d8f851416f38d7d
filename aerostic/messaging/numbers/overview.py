"""Everything about a tenant's numbers that its people have to know, account by account."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.messaging.models import ChannelAccount, ChannelNumber
from aerostic.messaging.numbers.lanes import LaneState, state_of
from aerostic.messaging.numbers.limits import Use, use
from aerostic.messaging.numbers.webhooks import WebhookHealth, health


@dataclass(frozen=True, slots=True)
class Standing:
    """A number and its lane."""

    number: ChannelNumber
    lane: LaneState

    @property
    def sends(self) -> bool:
        """Whether messages can leave now."""
        return self.number.status == "CONNECTED" and not self.lane.stopped


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account with its numbers, the limit they share, and its webhooks."""

    account: ChannelAccount
    numbers: list[Standing]
    use: Use
    webhooks: WebhookHealth


def overview(session: Session, tenant_id: UUID) -> list[AccountView]:
    """The tenant's accounts, the oldest first."""
    accounts = select(ChannelAccount).where(ChannelAccount.tenant_id == tenant_id).order_by(ChannelAccount.id)
    return [view(session, account) for account in session.scalars(accounts).all()]


def view(session: Session, account: ChannelAccount) -> AccountView:
    """One account."""
    tenant_id = account.tenant_id
    chosen = select(ChannelNumber).where(ChannelNumber.tenant_id == tenant_id, ChannelNumber.account_id == account.id)
    numbers = list(session.scalars(chosen.order_by(ChannelNumber.id)))
    standings = [Standing(number, state_of(session, tenant_id, number.id)) for number in numbers]
    return AccountView(account, standings, use(session, tenant_id, numbers), health(session, account))
