"""What a lane reads from the database: the next messages to send, opened."""

from dataclasses import dataclass
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.messaging.contract import Account, Outbound
from aerostic.messaging.models import ChannelAccount, ChannelNumber
from aerostic.messaging.outbound.leases import Lease
from aerostic.security.columns import open_rows

FIRST = UUID(int=0)
ALONE = (
    "SELECT id, priority, attempt, content_sealed, category FROM message WHERE number_id = :number AND batch_id IS NULL"
    " AND state = 'planned' AND (not_before IS NULL OR not_before <= now())"
)
SINGLES = text(f"{ALONE} ORDER BY priority, id LIMIT :most")
# Advertising on its own, and everything else: what is held back must not stand in the way of the rest.
OTHERS = text(f"{ALONE} AND category <> 'marketing' ORDER BY priority, id LIMIT :most")
MARKETING = text(f"{ALONE} AND category = 'marketing' ORDER BY priority, id LIMIT :most")
RUNNING = text("SELECT id FROM batch WHERE number_id = :number AND state = 'running' ORDER BY id")
SLICE = text(
    "SELECT id, priority, attempt, content_sealed, category FROM message WHERE batch_id = :batch AND state = 'planned'"
    " AND id > :after AND (not_before IS NULL OR not_before <= now()) ORDER BY id LIMIT :most"
)
# Nearly always all of a group are marked; only otherwise is it worth carrying the ids back.
MARK = text(
    "WITH marked AS (UPDATE message SET state = 'sending', sending_at = now(), attempt = attempt + 1, fence = :fence"
    " FROM json_array_elements_text(CAST(:ids AS json)) AS u(id)"
    " WHERE message.id = CAST(u.id AS uuid) AND state = 'planned'"
    " AND EXISTS (SELECT 1 FROM lane WHERE number_id = :number AND fence = :fence AND expires_at > now())"
    " AND (batch_id IS NULL OR batch_id = ANY(SELECT id FROM batch WHERE number_id = :number AND state = 'running'))"
    " RETURNING message.id)"
    " SELECT count(*) AS number, CASE WHEN count(*) < :most THEN array_agg(id) END AS ids FROM marked"
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message ready to be sent, in memory. `batch_id` is None for one on its own; `bulk` are batches and advertising."""

    priority: int
    batch_id: UUID | None
    message: Outbound
    bulk: bool = False


@dataclass(frozen=True, slots=True)
class LaneSetup:
    """What a lane needs besides its messages. `pace` is the provider's limit in messages a second."""

    channel: str
    account: Account
    number: str
    pace: int


def setup(session: Session, lease: Lease) -> LaneSetup:
    """The number and account of a lease, credentials opened."""
    number = session.get_one(ChannelNumber, lease.number_id)
    account = session.get_one(ChannelAccount, number.account_id)
    opened = Account(account.id, account.tenant_id, account.external_id, account.credentials or {}, account.settings)
    return LaneSetup(account.channel, opened, number.external_id, number.pace)


def singles(session: Session, lease: Lease, number: str, most: int) -> list[Waiting]:
    """Messages on their own that are due: authentication first, then replies, oldest first."""
    return _open(session.execute(SINGLES, {"number": lease.number_id, "most": most}), lease, number, None)


def others(session: Session, lease: Lease, number: str, most: int) -> list[Waiting]:
    """As `singles`, without advertising."""
    return _open(session.execute(OTHERS, {"number": lease.number_id, "most": most}), lease, number, None)


def advertising(session: Session, lease: Lease, number: str, most: int) -> list[Waiting]:
    """As `singles`, nothing but advertising."""
    return _open(session.execute(MARKETING, {"number": lease.number_id, "most": most}), lease, number, None)


def running_batches(session: Session, lease: Lease) -> list[UUID]:
    """Batches of the number that may send now."""
    return list(session.scalars(RUNNING, {"number": lease.number_id}))


def batch_slice(session: Session, lease: Lease, number: str, batch_id: UUID, after: UUID, most: int) -> list[Waiting]:
    """The next messages of a batch, in the order of their ids, after one that was read before."""
    rows = session.execute(SLICE, {"batch": batch_id, "after": after, "most": most})
    return _open(rows, lease, number, batch_id)


def mark_sending(session: Session, lease: Lease, ids: list[UUID]) -> set[UUID]:
    """Record that these are about to leave; those that may (ours still, not cancelled, batch running) come back.

    The caller commits before the first byte leaves: from then on a crash means unknown, never sent again.
    """
    values = {"number": lease.number_id, "fence": lease.fence, "ids": orjson.dumps(ids).decode(), "most": len(ids)}
    marked = session.execute(MARK, values).one()
    return set(ids) if marked.number == len(ids) else set(marked.ids or ())


def _open(rows, lease: Lease, number: str, batch_id: UUID | None) -> list[Waiting]:  # type: ignore[no-untyped-def]
    found = rows.all()
    opened = open_rows("message", "content", [(lease.tenant_id, row.id, row.content_sealed) for row in found])
    return [
        Waiting(
            row.priority,
            batch_id,
            # The attempt that marking will count.
            Outbound(row.id, row.attempt + 1, number, content["to"], content["user_id"], content["content"]),
            batch_id is not None or row.category == "marketing",
        )
        for row, content in zip(found, opened, strict=True)
    ]
