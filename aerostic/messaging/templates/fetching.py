"""Fetching the templates of all of a tenant's accounts, because somebody asked for it."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from aerostic.db import tenant_scope, transaction
from aerostic.messaging.accounts import line_of
from aerostic.messaging.contract import ChannelError
from aerostic.messaging.models import ChannelAccount
from aerostic.messaging.templates.syncing import SyncResult, sync


@dataclass(slots=True)
class Fetched:
    """What came of it: the results of the accounts that answered, and why others did not, by the account's name."""

    results: list[SyncResult] = field(default_factory=list)
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many templates there are now."""
        return sum(result.total for result in self.results)

    @property
    def news(self) -> int:
        """How many of them are new, changed or gone."""
        return sum(result.added + result.changed + result.removed for result in self.results)


def fetch_all(tenant_id: UUID) -> Fetched:
    """Fetch the templates of every account; one that fails does not keep the others from being fetched."""
    with transaction(tenant_scope(tenant_id)) as session:
        chosen = select(ChannelAccount.id, ChannelAccount.name).where(ChannelAccount.tenant_id == tenant_id)
        accounts = session.execute(chosen.order_by(ChannelAccount.id)).all()
    found = Fetched()
    for account_id, name in accounts:
        try:
            with transaction(tenant_scope(tenant_id)) as session:
                line = line_of(session, account_id)
            found.results.append(sync(tenant_id, account_id, line.channel, line.account))
        except ChannelError as error:
            found.problems[name] = str(error)
    return found
