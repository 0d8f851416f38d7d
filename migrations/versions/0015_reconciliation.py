"""Messages that the provider prices otherwise than they were charged.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

from aerostic.db.rls import Protection

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

PROTECTION = Protection(services=("statuses",))
TEXTS = ("provider_category", "provider_type", "charged_category", "charge_state", "currency")
# Of pricing that was kept before, the type says whether it was billable.
BEFORE = """
    INSERT INTO reconciliation_difference (id, tenant_id, kind, billable, provider_category, provider_type,
        charged_category, charge_state, amount, currency, at)
    SELECT id, tenant_id, kind, billable, provider_category, provider_type, charged_category, charge_state, amount, currency, at
    FROM (SELECT s.*, CASE
            WHEN NOT billable AND amount > 0 AND charge_state = 'captured' THEN 'not_billable'
            WHEN billable AND (amount = 0 OR charge_state IN ('refunded', 'released')) THEN 'not_charged'
            WHEN billable AND charge_state = 'captured' AND provider_category NOT IN ('', charged_category) THEN 'category'
            END AS kind
        FROM (SELECT m.id, m.tenant_id, coalesce(m.delivered_at, m.read_at) AS at,
                CASE WHEN m.details -> 'pricing' ->> 'type' = 'regular' THEN true
                    WHEN m.details -> 'pricing' ->> 'type' LIKE 'free%' THEN false END AS billable,
                coalesce(m.details -> 'pricing' ->> 'category', '') AS provider_category,
                coalesce(m.details -> 'pricing' ->> 'type', '') AS provider_type,
                coalesce(c.category, '') AS charged_category, coalesce(c.state, '') AS charge_state,
                coalesce(c.amount, 0) AS amount, coalesce(c.currency, '') AS currency
            FROM message m LEFT JOIN charge c ON c.id = m.id WHERE m.status IN ('delivered', 'read')) s) compared
    WHERE kind IS NOT NULL
"""


def upgrade() -> None:
    op.create_table(
        "reconciliation_difference",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("billable", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('not_billable', 'not_charged', 'category')", name=op.f("ck_reconciliation_difference_kind")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_reconciliation_difference_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation_difference")),
    )
    op.execute(BEFORE)
    for name, columns in (("at", ["at", "id"]), ("kind", ["kind", "at", "id"]), ("tenant", ["tenant_id", "at", "id"])):
        op.create_index(f"ix_reconciliation_difference_{name}", "reconciliation_difference", columns)
    for statement in PROTECTION.statements("reconciliation_difference"):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("reconciliation_difference")
