"""Whether an account's webhooks arrive, and can be used."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from aerostic.db import utcnow
from aerostic.messaging.inbound.rejections import NOTED
from aerostic.messaging.models import ChannelAccount, WebhookRejection

WINDOW = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class WebhookHealth:
    """When the last webhook came (to the minute; None for never), and how many parts could not be used in 24 hours, by reason."""

    last: datetime | None
    rejected: dict[str, int]

    @property
    def total(self) -> int:
        """All that could not be used."""
        return sum(self.rejected.values())


def health(session: Session, account: ChannelAccount) -> WebhookHealth:
    """The health of an account's webhooks; rejections are those of all the tenant's accounts of the channel."""
    query = (
        select(WebhookRejection.reason, func.count())
        .where(
            WebhookRejection.tenant_id == account.tenant_id,
            WebhookRejection.channel == account.channel,
            WebhookRejection.reason != NOTED,
            WebhookRejection.created_at > utcnow() - WINDOW,
        )
        .group_by(WebhookRejection.reason)
    )
    return WebhookHealth(account.webhook_at, dict(session.execute(query).all()))
