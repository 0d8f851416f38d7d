"""How much each API key asked, by day.

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

from aerostic.db.rls import Protection

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

PROTECTION = Protection(services=("usage",))


def upgrade() -> None:
    op.create_table(
        "metered_key",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("calls", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "key_id", "day", name=op.f("pk_metered_key")),
        postgresql_with={"fillfactor": 70},
    )
    op.create_index("ix_metered_key_day", "metered_key", ["day"])
    for statement in PROTECTION.statements("metered_key"):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("metered_key")
