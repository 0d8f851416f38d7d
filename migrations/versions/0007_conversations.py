"""Who answers in a conversation and whether somebody waits; messages in the order people saw them; webhooks last heard of.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversation", sa.Column("handled_by", sa.Text(), server_default="bot", nullable=False))
    op.add_column("conversation", sa.Column("handled_by_user", sa.Uuid(), nullable=True))
    op.add_column("conversation", sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("conversation", sa.Column("unanswered_since", sa.DateTime(timezone=True), nullable=True))
    op.create_check_constraint(op.f("ck_conversation_handled_by"), "conversation", "handled_by IN ('bot', 'person')")
    latest = ["tenant_id", "last_message_at", "id"]
    unanswered, person = sa.text("unanswered_since IS NOT NULL"), sa.text("handled_by = 'person'")
    op.create_index("ix_conversation_unanswered", "conversation", latest, postgresql_where=unanswered)
    op.create_index("ix_conversation_person", "conversation", latest, postgresql_where=person)
    op.drop_index("ix_message_contact", "message")
    seen = ["tenant_id", "contact_id", sa.text("coalesce(sending_at, created_at)"), "id"]
    op.create_index("ix_message_contact", "message", seen)
    single = sa.text("batch_id IS NULL AND direction = 'out'")
    op.create_index("ix_message_single", "message", ["number_id", "created_at"], postgresql_where=single)
    op.add_column("channel_account", sa.Column("webhook_at", sa.DateTime(timezone=True), nullable=True))
    told = ["tenant_id", "channel", "created_at"]
    op.create_index("ix_webhook_rejection_tenant", "webhook_rejection", told)


def downgrade() -> None:
    op.drop_index("ix_webhook_rejection_tenant", "webhook_rejection")
    op.drop_column("channel_account", "webhook_at")
    op.drop_index("ix_message_single", "message")
    op.drop_index("ix_message_contact", "message")
    op.create_index("ix_message_contact", "message", ["tenant_id", "contact_id", "id"])
    op.drop_index("ix_conversation_person", "conversation")
    op.drop_index("ix_conversation_unanswered", "conversation")
    op.drop_constraint(op.f("ck_conversation_handled_by"), "conversation", type_="check")
    for column in ("unanswered_since", "handled_at", "handled_by_user", "handled_by"):
        op.drop_column("conversation", column)
