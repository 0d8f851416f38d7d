"""What a scheduled campaign was agreed to cost.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaigns__campaign", sa.Column("agreed", JSONB(), server_default="{}", nullable=False))


def downgrade() -> None:
    op.drop_column("campaigns__campaign", "agreed")
