"""The numbers of an account, as webhooks name them."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from aerostic.messaging.models import ChannelNumber


def numbers_of(session: Session, tenant_id: UUID, account_id: UUID) -> dict[str, ChannelNumber]:
    """An account's numbers by the provider's id, in the order of ours."""
    chosen = select(ChannelNumber).where(ChannelNumber.tenant_id == tenant_id, ChannelNumber.account_id == account_id)
    return {number.external_id: number for number in session.scalars(chosen.order_by(ChannelNumber.id))}


def digits(display: str) -> str:
    """A displayed number without what people write between its digits."""
    return "".join(character for character in display if character.isdigit())
