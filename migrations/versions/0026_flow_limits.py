"""Limits of flows that a workspace has chosen, and what flows have spent in a day.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op

from aerostic.db.rls import Protection

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TABLES = ("flow_limit", "flow_spend")
PROTECTION = Protection(services=("flows",))
LIMITS = ("steps", "visits", "depth", "chain", "spend", "contact_spend", "tenant_spend")


def upgrade() -> None:
    op.create_table(
        "flow_limit",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=True) for name in LIMITS),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_flow_limit")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_flow_limit_tenant_id")),
    )
    op.create_table(
        "flow_spend",
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("id", "tenant_id")),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flow_spend")),
        sa.UniqueConstraint(
            "tenant_id",
            "day",
            "contact_id",
            name=op.f("uq_flow_spend_tenant_id_day_contact_id"),
            postgresql_nulls_not_distinct=True,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contact_id"],
            ["contact.tenant_id", "contact.id"],
            name=op.f("fk_flow_spend_tenant_id_contact_id"),
            ondelete="CASCADE",
        ),
        postgresql_with={"fillfactor": 70},
    )
    op.create_index("ix_flow_spend_contact", "flow_spend", ["contact_id"])
    op.create_index("ix_flow_spend_day", "flow_spend", ["day"])
    for table in TABLES:
        for statement in PROTECTION.statements(table):
            op.execute(statement)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
