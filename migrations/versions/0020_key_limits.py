"""Where API keys are good, how often, and secrets that follow each other.

Revision ID: 0020
Revises: 0018
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0018"
branch_labels = None
depends_on = None

COLUMNS = ("allowed", "per_minute", "network", "old_digest", "old_until", "version")


def upgrade() -> None:
    op.add_column("api_key", sa.Column("allowed", postgresql.JSONB(), server_default="[]", nullable=False))
    op.add_column("api_key", sa.Column("per_minute", sa.BigInteger(), nullable=True))
    op.add_column("api_key", sa.Column("network", sa.Text(), server_default="", nullable=False))
    op.add_column("api_key", sa.Column("old_digest", sa.LargeBinary(), nullable=True))
    op.add_column("api_key", sa.Column("old_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("api_key", sa.Column("version", sa.BigInteger(), server_default="1", nullable=False))


def downgrade() -> None:
    for column in reversed(COLUMNS):
        op.drop_column("api_key", column)
