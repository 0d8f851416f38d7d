"""Campaigns and their frozen audiences.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from aerostic.sdk import Protection

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

CAMPAIGN = "campaigns__campaign"
RECIPIENT = "campaigns__recipient"
PROTECTION = Protection(services=("events", "cron"))
STATES = ("draft", "scheduled", "launching", "running", "paused", "finished", "cancelled", "stopped")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _create_campaign()
    _create_recipient()
    for table in (CAMPAIGN, RECIPIENT):
        for statement in PROTECTION.statements(table):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table(RECIPIENT)
    op.drop_table(CAMPAIGN)


def _create_campaign() -> None:
    op.create_table(
        CAMPAIGN,
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number_id", sa.Uuid(), nullable=False),
        sa.Column("template_id", sa.Uuid(), nullable=False),
        sa.Column("audience", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("variables", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("unknown_policy", sa.Text(), server_default="leave", nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("scheduled_at", MOMENT, nullable=True),
        sa.Column("zone", sa.Text(), server_default="UTC", nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=True),
        sa.Column("category", sa.Text(), server_default="", nullable=False),
        sa.Column("prices", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("recipients", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("cost", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("frozen_at", MOMENT, nullable=True),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(f"state IN {STATES}", name=op.f("ck_campaigns__campaign_state")),
        sa.CheckConstraint("unknown_policy IN ('leave', 'retry')", name=op.f("ck_campaigns__campaign_unknown_policy")),
        sa.CheckConstraint(
            "state <> 'scheduled' OR scheduled_at IS NOT NULL", name=op.f("ck_campaigns__campaign_scheduled")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_campaigns__campaign_tenant_id")),
        *_belongs_to("number_id", "channel_number"),
        *_belongs_to("template_id", "template"),
        *_belongs_to("batch_id", "batch"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns__campaign")),
        sa.UniqueConstraint("tenant_id", "id", name=op.f("uq_campaigns__campaign_tenant_id_id")),
    )
    op.create_index("ix_campaigns__campaign_list", CAMPAIGN, ["tenant_id", "created_at", "id"])
    op.create_index("ix_campaigns__campaign_due", CAMPAIGN, ["scheduled_at"], postgresql_where="state = 'scheduled'")
    op.create_index(
        "ix_campaigns__campaign_open", CAMPAIGN, ["state"], postgresql_where="state IN ('launching', 'running')"
    )


def _create_recipient() -> None:
    op.create_table(
        RECIPIENT,
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("market", sa.Text(), server_default="", nullable=False),
        sa.Column("verdict", sa.Text(), server_default="", nullable=False),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "campaign_id"],
            [f"{CAMPAIGN}.tenant_id", f"{CAMPAIGN}.id"],
            name=op.f("fk_campaigns__recipient_tenant_id_campaign_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contact_id"],
            ["contact.tenant_id", "contact.id"],
            name=op.f("fk_campaigns__recipient_tenant_id_contact_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("campaign_id", "contact_id", name=op.f("pk_campaigns__recipient")),
    )
    op.create_index("ix_campaigns__recipient_verdict", RECIPIENT, ["campaign_id", "verdict", "contact_id"])
    op.create_index("ix_campaigns__recipient_contact", RECIPIENT, ["tenant_id", "contact_id"])


def _belongs_to(column: str, table: str) -> list[sa.ForeignKeyConstraint]:
    name = op.f(f"fk_campaigns__campaign_tenant_id_{column}")
    return [sa.ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"], name=name)]
