"""Secrets of workspaces, for other systems.

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

TABLE = "http__secret"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("hosts", JSONB(), nullable=False),
        sa.Column("value_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=True),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_http__secret")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_http__secret_tenant_id_name")),
    )
    for statement in Protection().statements(TABLE):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table(TABLE)
