"""Fetching an account's templates: what is new is added, what changed is noted, what is gone becomes DELETED."""

import asyncio
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from uuid import UUID

import orjson
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from aerostic import audit
from aerostic.db import new_id, tenant_scope, transaction
from aerostic.messaging.contract import Account, Channel, TemplateData
from aerostic.messaging.models import Template
from aerostic.messaging.templates.history import WATCHED, Change, remember

DELETED = "DELETED"
LOCK = text("SELECT id FROM channel_account WHERE tenant_id = :tenant AND id = :account FOR NO KEY UPDATE")
UPSERT = text("""
    INSERT INTO template (id, tenant_id, account_id, external_id, name, language, category, status, quality,
                          parameter_format, components, variables, reason, synced_at)
    SELECT n.id, :tenant, :account, n.external_id, n.name, n.language, n.category, n.status, n.quality,
           n.parameter_format, n.components, n.variables, n.reason, now()
    FROM unnest(CAST(:ids AS uuid[]), CAST(:external_ids AS text[]), CAST(:names AS text[]),
                CAST(:languages AS text[]), CAST(:categories AS text[]), CAST(:statuses AS text[]),
                CAST(:qualities AS text[]), CAST(:formats AS text[]), CAST(:components AS jsonb[]),
                CAST(:variables AS jsonb[]), CAST(:reasons AS text[]))
        AS n (id, external_id, name, language, category, status, quality, parameter_format, components, variables,
              reason)
    ON CONFLICT (account_id, name, language) DO UPDATE SET
        external_id = excluded.external_id, category = excluded.category, status = excluded.status,
        quality = excluded.quality, parameter_format = excluded.parameter_format, components = excluded.components,
        variables = excluded.variables, reason = excluded.reason, synced_at = excluded.synced_at
""")
GONE = text("UPDATE template SET status = 'DELETED', synced_at = now() WHERE tenant_id = :tenant AND id = ANY(:ids)")

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What a sync found: templates the provider has, how many are new, changed and gone."""

    total: int
    added: int
    changed: int
    removed: int


def sync(tenant_id: UUID, account_id: UUID, channel: Channel, account: Account) -> SyncResult:
    """Bring an account's templates to what the provider has now.

    Raises:
        ChannelError: the provider refused; nothing is changed.
        LookupError: the tenant has no such account.
    """
    fetched = _by_key(asyncio.run(channel.fetch_templates(account)))
    with transaction(tenant_scope(tenant_id)) as session:
        lock_account(session, tenant_id, account_id)
        known = _known(session, tenant_id, account_id)
        gone = [row for key, row in known.items() if key not in fetched and row.status != DELETED]
        changes = [change for key, data in fetched.items() if key in known for change in _compare(known[key], data)]
        changes += [Change(row.id, "status", row.status, DELETED) for row in gone]
        _write(session, tenant_id, account_id, fetched.values(), channel)
        session.execute(GONE, {"tenant": tenant_id, "ids": [row.id for row in gone]})
        remember(session, tenant_id, changes)
        touched = {change.template_id for change in changes}
        result = SyncResult(len(fetched), len(fetched.keys() - known.keys()), len(touched) - len(gone), len(gone))
        _note(session, tenant_id, account_id, result)
    return result


def _note(session: Session, tenant_id: UUID, account_id: UUID, result: SyncResult) -> None:
    """What the clock fetches every hour is told only where something came of it."""
    if result.added or result.changed or result.removed:
        audit.record(session, audit.Act(tenant_id, "template.fetched", f"account:{account_id}", after=asdict(result)))


def lock_account(session: Session, tenant_id: UUID, account_id: UUID) -> None:
    """Let one transaction at a time work on an account's templates, so that each change is noted once.

    Raises:
        LookupError: the tenant has no such account.
    """
    if session.scalar(LOCK, {"tenant": tenant_id, "account": account_id}) is None:
        raise LookupError("no such account")


def _by_key(templates: Iterable[TemplateData]) -> dict[Key, TemplateData]:
    """Templates by name and language; a deleted one may stand beside its successor, and the one in use counts."""
    found: dict[Key, TemplateData] = {}
    for data in templates:
        key = (data.name, data.language)
        if key not in found or data.status == "APPROVED":
            found[key] = data
    return found


def _known(session: Session, tenant_id: UUID, account_id: UUID) -> dict[Key, Template]:
    query = select(Template).where(Template.tenant_id == tenant_id, Template.account_id == account_id)
    return {(row.name, row.language): row for row in session.scalars(query)}


def _compare(row: Template, data: TemplateData) -> Iterable[Change]:
    for what in WATCHED:
        old, new = getattr(row, what), getattr(data, what)
        if old != new:
            yield Change(row.id, what, old, new, data.reason if what == "status" else "")


def _write(
    session: Session, tenant_id: UUID, account_id: UUID, fetched: Iterable[TemplateData], channel: Channel
) -> None:
    rows = sorted(fetched, key=lambda data: (data.name, data.language))
    session.execute(
        UPSERT,
        {
            "tenant": tenant_id,
            "account": account_id,
            "ids": [new_id() for _ in rows],
            "external_ids": [data.external_id for data in rows],
            "names": [data.name for data in rows],
            "languages": [data.language for data in rows],
            "categories": [data.category for data in rows],
            "statuses": [data.status for data in rows],
            "qualities": [data.quality for data in rows],
            "formats": [data.parameter_format for data in rows],
            "components": [orjson.dumps(data.components).decode() for data in rows],
            "variables": [orjson.dumps([asdict(v) for v in channel.variables(data)]).decode() for data in rows],
            "reasons": [data.reason for data in rows],
        },
    )
