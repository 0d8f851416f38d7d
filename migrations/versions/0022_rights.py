"""A person's rights: erasures, retention, and messages that have lost what they said.

Revision ID: 0022
Revises: 0021
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from aerostic.db.rls import Protection

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

PROTECTION = Protection(services=("cron",))


def upgrade() -> None:
    op.alter_column("message", "content_sealed", nullable=True)
    op.create_table(
        "contact_erasure",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("phone_index", sa.LargeBinary(), nullable=True),
        sa.Column("sought_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_contact_erasure_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_erasure")),
    )
    op.create_index("ix_contact_erasure_phone", "contact_erasure", ["tenant_id", "phone_index"])
    op.create_index("ix_contact_erasure_at", "contact_erasure", ["tenant_id", "erased_at"])
    op.create_table(
        "retention_rule",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("days", sa.BigInteger(), nullable=True),
        sa.Column("place", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days > 0", name=op.f("ck_retention_rule_days")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_retention_rule_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "kind", name=op.f("pk_retention_rule")),
    )
    for table in ("contact_erasure", "retention_rule"):
        for statement in PROTECTION.statements(table):
            op.execute(statement)


def downgrade() -> None:
    """Messages that have lost what they said stay as they are: nothing of it can be put back."""
    op.drop_table("retention_rule")
    op.drop_table("contact_erasure")
