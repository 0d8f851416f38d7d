"""Applying statuses: one locked read, one write of the rows that changed, their events and their money, in one transaction."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from aerostic.billing import BillingRule, Outcome, settle
from aerostic.db import Event, emit_rows
from aerostic.messaging.contract import StatusUpdate
from aerostic.messaging.inbound.fate import ARRIVED, RANK, Fate, news
from aerostic.messaging.reconciliation import reconcile
from aerostic.messaging.told import COLUMNS as TOLD
from aerostic.messaging.told import message_event
from aerostic.security.envelope import Place
from aerostic.security.vault import blind_index, seal_text

PROVIDER_ID = "message.provider_id"
BY_PROVIDER = text(
    "SELECT provider_index, id FROM message WHERE tenant_id = :tenant AND provider_index = ANY(:indexes)"
)
# Locked in the order of ids, as every writer of messages does, so that writers wait for each other and never in a circle.
LOCKED = text(f"""
    SELECT {TOLD}, state, status, attempt, error_code, error, created_at, sending_at,
           accepted_at, sent_at, delivered_at, read_at, failed_at, details -> 'pricing' AS pricing,
           provider_index IS NOT NULL AS has_provider_id
    FROM message WHERE tenant_id = :tenant AND id = ANY(:ids) AND direction = 'out' ORDER BY id FOR UPDATE
""")
WRITE = text("""
    UPDATE message SET
        state = u.state, status = u.status, error_code = u.error_code, error = u.error, accepted_at = u.accepted_at,
        sent_at = u.sent_at, delivered_at = u.delivered_at, read_at = u.read_at, failed_at = u.failed_at,
        details = CASE WHEN u.pricing IS NULL THEN message.details
                       ELSE message.details || jsonb_build_object('pricing', u.pricing) END,
        -- The id holds the recipient's phone: one that was forgotten is not written again.
        provider_id_sealed = coalesce(message.provider_id_sealed, CASE WHEN message.content_sealed IS NOT NULL THEN u.sealed END),
        provider_index = coalesce(message.provider_index, u.provider_index)
    FROM unnest(CAST(:id AS uuid[]), CAST(:state AS text[]), CAST(:status AS text[]), CAST(:error_code AS bigint[]),
                CAST(:error AS text[]), CAST(:accepted_at AS timestamptz[]), CAST(:sent_at AS timestamptz[]),
                CAST(:delivered_at AS timestamptz[]), CAST(:read_at AS timestamptz[]), CAST(:failed_at AS timestamptz[]),
                CAST(:pricing AS jsonb[]), CAST(:sealed AS bytea[]), CAST(:provider_index AS bytea[]))
         AS u (id, state, status, error_code, error, accepted_at, sent_at, delivered_at, read_at, failed_at, pricing, sealed,
               provider_index)
    WHERE message.id = u.id
""")
COLUMNS = (
    "id",
    "state",
    "status",
    "error_code",
    "error",
    "accepted_at",
    "sent_at",
    "delivered_at",
    "read_at",
    "failed_at",
)


def apply_statuses(
    session: Session, tenant_id: UUID, rules: Sequence[BillingRule], updates: Sequence[StatusUpdate]
) -> list[StatusUpdate]:
    """Bring a tenant's messages up to date, in any order and any number of times.

    Args:
        rules: the tenant's billing rules; an error in one undoes all.

    Returns:
        The updates whose message is not known (yet).
    """
    by_message, lost = _by_message(session, tenant_id, updates)
    rows = {row.id: row for row in session.execute(LOCKED, {"tenant": tenant_id, "ids": sorted(by_message)})}
    changed: list[tuple[Row[Any], Fate, Fate]] = []
    for message_id, told in by_message.items():
        row = rows.get(message_id)
        if row is None:
            lost.extend(told)
            continue
        before = _fate(row)
        after = before.copy()
        for update in told:
            after.learn(update)
        if after != before:
            changed.append((row, before, after))
    if changed:
        _write(session, tenant_id, rules, changed)
    return lost


def _write(
    session: Session, tenant_id: UUID, rules: Sequence[BillingRule], changed: list[tuple[Row[Any], Fate, Fate]]
) -> None:
    changed.sort(key=lambda item: item[2].id)
    session.execute(WRITE, _columns(tenant_id, [(before, after) for _, before, after in changed]))
    emit_rows(session, (event for row, *fates in changed for event in _events(row, *fates)))
    outcomes = [(after.id, Outcome(after.status, after.error_code or 0)) for _, before, after in changed
                if after.status != before.status]  # fmt: skip
    if outcomes:
        settle(session, tenant_id, rules, outcomes)
    reconcile(session, tenant_id, [after.id for _, before, after in changed if _is_priced_anew(before, after)])


def _is_priced_anew(before: Fate, after: Fate) -> bool:
    """Whether it has just become known what the provider takes for a message that arrived."""
    arrived, had_arrived = (RANK[fate.status] >= ARRIVED for fate in (after, before))
    return arrived and bool(after.pricing) and (not had_arrived or after.pricing != before.pricing)


def _by_message(
    session: Session, tenant_id: UUID, updates: Sequence[StatusUpdate]
) -> tuple[dict[UUID, list[StatusUpdate]], list[StatusUpdate]]:
    """Updates by the message they are about: what they echo of ours says it, else the provider's id."""
    found: dict[UUID, list[StatusUpdate]] = {}
    named: dict[bytes, list[StatusUpdate]] = {}
    for update in updates:
        if update.message_id:
            found.setdefault(update.message_id, []).append(update)
        else:
            named.setdefault(blind_index(tenant_id, PROVIDER_ID, update.provider_id), []).append(update)
    if named:
        for index, message_id in session.execute(BY_PROVIDER, {"tenant": tenant_id, "indexes": list(named)}):
            found.setdefault(message_id, []).extend(named.pop(bytes(index)))
    return found, [update for told in named.values() for update in told]


def _fate(row: Row[Any]) -> Fate:
    told = row._mapping
    return Fate(
        **{name: told[name] for name in COLUMNS},
        attempt=row.attempt,
        created_at=row.created_at,
        sending_at=row.sending_at,
        pricing=row.pricing or {},
        has_provider_id=row.has_provider_id,
    )


def _columns(tenant_id: UUID, changed: list[tuple[Fate, Fate]]) -> dict[str, list[Any]]:
    fates = [after for _, after in changed]
    columns: dict[str, list[Any]] = {name: [getattr(fate, name) for fate in fates] for name in COLUMNS}
    columns["pricing"] = [
        orjson.dumps(after.pricing).decode() if after.pricing != before.pricing else None for before, after in changed
    ]
    columns["sealed"] = [
        seal_text(Place("message", "provider_id", tenant_id, fate.id), fate.provider_id) if fate.provider_id else None
        for fate in fates
    ]
    columns["provider_index"] = [
        blind_index(tenant_id, PROVIDER_ID, fate.provider_id) if fate.provider_id else None for fate in fates
    ]
    return columns


def _events(row: Row[Any], before: Fate, after: Fate) -> Iterable[Event]:
    for name in news(before, after):
        more = {"code": after.error_code or 0} if name == "failed" else {}
        yield message_event(name, row, **more)
