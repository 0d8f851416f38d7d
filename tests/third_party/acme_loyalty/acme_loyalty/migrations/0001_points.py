"""The table of points.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op

from aerostic.sdk import Protection

revision, down_revision, branch_labels, depends_on = "0001", None, None, None
TABLE = "loyalty__points"


def upgrade():
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("tenant_id", "event_id"),
        sa.ForeignKeyConstraint(["tenant_id", "contact_id"], ["contact.tenant_id", "contact.id"], ondelete="CASCADE"),
    )
    op.create_index("ix_loyalty__points_contact", TABLE, ["tenant_id", "contact_id"])
    for statement in Protection().statements(TABLE):
        op.execute(statement)


def downgrade():
    op.drop_table(TABLE)
