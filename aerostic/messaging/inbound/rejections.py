"""What a webhook brought that we could not use, or that changes nothing here: kept, sealed, once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.orm import Session

from aerostic.db import Event, emit_rows
from aerostic.security.envelope import Place
from aerostic.security.vault import blind_index, seal_json

INSERT = text("""
    INSERT INTO webhook_rejection (id, tenant_id, channel, reason, kind, body_sealed, created_at)
    SELECT u.id, :tenant, :channel, u.reason, u.kind, u.body, now()
    FROM unnest(CAST(:ids AS uuid[]), CAST(:reasons AS text[]), CAST(:kinds AS text[]), CAST(:bodies AS bytea[]))
         AS u (id, reason, kind, body) ORDER BY u.id
    ON CONFLICT (id) DO NOTHING RETURNING id
""")
NOTED = "noted"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A part of a webhook.

    Args:
        reason: a code: `not_json`, `unrecognised`, `unknown_message`, `unknown_number`, `processing_failed`, or `noted`
            for news that calls for no change here.
        kind: the provider's word for the part, or the type of the error.
        body: the part itself, as JSON.
    """

    reason: str
    kind: str
    body: dict[str, Any] = field(repr=False)


def keep(session: Session, tenant_id: UUID | None, channel: str, rejected: Sequence[Rejected]) -> set[int]:
    """Record parts and announce those that are not mere notes. The same part again is no new one.

    Returns:
        Positions of those that were new.
    """
    found: dict[UUID, tuple[int, Rejected]] = {}
    for position, item in enumerate(rejected):
        found.setdefault(_identity(tenant_id, channel, item), (position, item))
    if not found:
        return set()
    values = {
        "tenant": tenant_id,
        "channel": channel,
        "ids": list(found),
        "reasons": [item.reason for _, item in found.values()],
        "kinds": [item.kind[:200] for _, item in found.values()],
        "bodies": [
            seal_json(Place("webhook_rejection", "body", tenant_id, id_), item.body) for id_, (_, item) in found.items()
        ],
    }
    new = {id_: found[id_] for id_ in session.scalars(INSERT, values)}
    emit_rows(
        session, [_event(tenant_id, channel, id_, item) for id_, (_, item) in new.items() if item.reason != NOTED]
    )
    return {position for position, _ in new.values()}


def _identity(tenant_id: UUID | None, channel: str, item: Rejected) -> UUID:
    """The same for the same part: a keyed digest of all it says."""
    said = orjson.dumps([channel, item.reason, item.kind, item.body], option=orjson.OPT_SORT_KEYS)
    return UUID(bytes=blind_index(tenant_id, "webhook_rejection.body", said.decode()))


def _event(tenant_id: UUID | None, channel: str, id_: UUID, item: Rejected) -> Event:
    data = {"channel": channel, "rejection_id": str(id_), "reason": item.reason}
    return Event("webhook.rejected", tenant_id, str(id_), data)
