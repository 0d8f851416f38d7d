"""Rate cards that were imported.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import context, op

from aerostic.sdk import Protection

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

CARD = "pricing__card"


def upgrade() -> None:
    op.create_table(
        CARD,
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rates", sa.Text(), nullable=False),
        sa.Column("markets", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_pricing__card")),
        sa.UniqueConstraint("id", name=op.f("uq_pricing__card_id")),
    )
    for statement in Protection(tenant="", services=("pricing",)).statements(CARD):
        op.execute(statement)
    role = context.config.attributes["app_role"]
    op.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON {CARD} FROM "{role}"')


def downgrade() -> None:
    op.drop_table(CARD)
