"""Pre-flights that are run in the background.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from aerostic.sdk import Protection

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CHECK = "campaigns__check"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        CHECK,
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("total", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("report", postgresql.JSONB(), nullable=True),
        sa.Column("heard_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "campaign_id"],
            ["campaigns__campaign.tenant_id", "campaigns__campaign.id"],
            name=op.f("fk_campaigns__check_tenant_id_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_campaigns__check")),
    )
    for statement in Protection(services=("cron",)).statements(CHECK):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table(CHECK)
