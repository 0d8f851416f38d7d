"""How many people without a message a campaign has forgotten, so that its results stay as they were.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("campaigns__campaign", sa.Column("forgotten", JSONB(), server_default="{}", nullable=False))


def downgrade() -> None:
    op.drop_column("campaigns__campaign", "forgotten")
