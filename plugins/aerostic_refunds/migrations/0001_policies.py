"""Policies of refunds.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from aerostic.sdk import Protection

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

POLICY = "refunds__policy"
PROTECTION = Protection(
    tenant="",
    also="for_reseller_id = {reseller} OR for_tenant_id IN (SELECT t.id FROM tenant t WHERE t.reseller_id = {reseller})",
    services=("refunds",),
)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        POLICY,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("for_reseller_id", sa.Uuid(), nullable=True),
        sa.Column("for_tenant_id", sa.Uuid(), nullable=True),
        sa.Column("effective_at", MOMENT, nullable=False),
        sa.Column("kept", JSONB(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "for_reseller_id IS NULL OR for_tenant_id IS NULL", name=op.f("ck_refunds__policy_one_owner")
        ),
        sa.ForeignKeyConstraint(["for_reseller_id"], ["reseller.id"], name=op.f("fk_refunds__policy_for_reseller_id")),
        sa.ForeignKeyConstraint(["for_tenant_id"], ["tenant.id"], name=op.f("fk_refunds__policy_for_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refunds__policy")),
        sa.UniqueConstraint(
            "for_reseller_id",
            "for_tenant_id",
            "effective_at",
            name=op.f("uq_refunds__policy_for_reseller_id_for_tenant_id_effective_at"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    for statement in PROTECTION.statements(POLICY):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table(POLICY)
