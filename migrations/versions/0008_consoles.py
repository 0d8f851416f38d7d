"""What the home page and the consoles of resellers and the platform count.

Revision ID: 0008
Revises: 0007
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_message_created", "message", ["tenant_id", "created_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_message_created", table_name="message")
