"""Reconciliation: messages that arrived are compared with what the provider says of their price, as soon as it says so.

Only what arrived is compared, since only that is billed, and only where the provider says whether it is. What was neither
charged nor billable agrees, whatever its category. The differences stand in a table of their own, so that a page of them
never looks at the messages that agree.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

NOTE = text("""
    WITH seen AS (
        SELECT m.id, m.tenant_id, coalesce(m.delivered_at, m.read_at) AS at,
            CAST(m.details -> 'pricing' ->> 'billable' AS boolean) AS billable,
            coalesce(m.details -> 'pricing' ->> 'category', '') AS provider_category,
            coalesce(m.details -> 'pricing' ->> 'type', '') AS provider_type,
            coalesce(c.category, '') AS charged_category, coalesce(c.state, '') AS charge_state,
            coalesce(c.amount, 0) AS amount, coalesce(c.currency, '') AS currency
        FROM message m LEFT JOIN charge c ON c.id = m.id
        WHERE m.tenant_id = :tenant AND m.id = ANY (CAST(:ids AS uuid[])) AND m.status IN ('delivered', 'read')
    ), compared AS (
        SELECT seen.*, CASE
            WHEN NOT billable AND amount > 0 AND charge_state = 'captured' THEN 'not_billable'
            WHEN billable AND (amount = 0 OR charge_state IN ('refunded', 'released')) THEN 'not_charged'
            WHEN billable AND charge_state = 'captured' AND provider_category NOT IN ('', charged_category) THEN 'category'
            END AS kind
        FROM seen
    ), agreed AS (
        DELETE FROM reconciliation_difference d USING compared c WHERE d.id = c.id AND c.kind IS NULL
    )
    INSERT INTO reconciliation_difference (id, tenant_id, kind, billable, provider_category, provider_type,
        charged_category, charge_state, amount, currency, at)
    SELECT id, tenant_id, kind, billable, provider_category, provider_type, charged_category, charge_state, amount, currency, at
    FROM compared WHERE kind IS NOT NULL ORDER BY id
    ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, billable = excluded.billable,
        provider_category = excluded.provider_category, provider_type = excluded.provider_type,
        charged_category = excluded.charged_category, charge_state = excluded.charge_state, amount = excluded.amount,
        currency = excluded.currency, at = excluded.at
""")


def reconcile(session: Session, tenant_id: UUID, message_ids: Sequence[UUID]) -> None:
    """Note which of a tenant's messages differ from what was charged, and forget those that agree now."""
    if message_ids:
        session.execute(NOTE, {"tenant": tenant_id, "ids": list(message_ids)})
