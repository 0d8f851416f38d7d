"""Drafts that are not whole yet, the holds of a campaign, replies, and results as they were counted last.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from aerostic.sdk import Protection

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CAMPAIGN = "campaigns__campaign"
REPLY = "campaigns__reply"
SNAPSHOT = "campaigns__snapshot"
PROTECTION = Protection(services=("events", "cron"))
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for name in ("number", "template"):
        op.alter_column(CAMPAIGN, f"{name}_id", nullable=True)
        condition = f"state IN ('draft', 'cancelled') OR {name}_id IS NOT NULL"
        op.create_check_constraint(op.f(f"ck_campaigns__campaign_{name}"), CAMPAIGN, condition)
    op.add_column(CAMPAIGN, sa.Column("holds", postgresql.JSONB(), server_default="[]", nullable=False))
    op.execute(
        f"UPDATE {CAMPAIGN} SET holds = jsonb_build_array(batch.hold_id) FROM batch"
        f" WHERE batch.id = {CAMPAIGN}.batch_id AND batch.hold_id IS NOT NULL"
    )
    _create_reply()
    _create_snapshot()
    for table in (REPLY, SNAPSHOT):
        for statement in PROTECTION.statements(table):
            op.execute(statement)


def downgrade() -> None:
    op.drop_table(SNAPSHOT)
    op.drop_table(REPLY)
    op.drop_column(CAMPAIGN, "holds")
    for name in ("number", "template"):
        op.drop_constraint(op.f(f"ck_campaigns__campaign_{name}"), CAMPAIGN)
        op.execute(f"DELETE FROM {CAMPAIGN} WHERE {name}_id IS NULL")
        op.alter_column(CAMPAIGN, f"{name}_id", nullable=False)


def _create_reply() -> None:
    op.create_table(
        REPLY,
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("replied_at", MOMENT, nullable=False),
        _of_campaign(REPLY),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_campaigns__reply_message_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_campaigns__reply")),
    )
    op.create_index("ix_campaigns__reply_campaign", REPLY, ["campaign_id", "replied_at"])


def _create_snapshot() -> None:
    op.create_table(
        SNAPSHOT,
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.Column("took", sa.BigInteger(), nullable=False),
        sa.Column("results", postgresql.JSONB(), nullable=False),
        _of_campaign(SNAPSHOT),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_campaigns__snapshot")),
    )
    op.create_index("ix_campaigns__snapshot_taken", SNAPSHOT, ["taken_at"])


def _of_campaign(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", "campaign_id"],
        [f"{CAMPAIGN}.tenant_id", f"{CAMPAIGN}.id"],
        name=op.f(f"fk_{table}_tenant_id_campaign_id"),
        ondelete="CASCADE",
    )
