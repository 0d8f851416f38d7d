"""When workspaces were last written to about what they hear of only every so often.

Revision ID: 0032
Revises: 0031
"""

import sqlalchemy as sa
from alembic import op

from aerostic.db.rls import Protection

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_told",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "kind", name=op.f("pk_mail_told")),
    )
    for statement in Protection().statements("mail_told"):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("mail_told")
