"""Versions of the forest that judges subjects.

Revision ID: 0028
Revises: 0027
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from aerostic.db.rls import Protection

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

TABLE = "risk_model"
PROTECTION = Protection(tenant="", services=("detection",))


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("version", "rows")),
        sa.Column("state", sa.Text(), server_default="saved", nullable=False),
        *(sa.Column(name, sa.DateTime(timezone=True), nullable=False) for name in ("trained_at", "changed_at")),
        sa.Column("arrays", sa.LargeBinary(), nullable=False),
        *(sa.Column(name, JSONB(), nullable=False) for name in ("features", "metrics", "drift")),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
        sa.UniqueConstraint("version", name=op.f(f"uq_{TABLE}_version")),
        sa.CheckConstraint("state IN ('saved', 'shadow', 'active', 'retired')", name=op.f(f"ck_{TABLE}_state")),
    )
    active = sa.text("state = 'active'")
    op.create_index(f"uq_{TABLE}_active", TABLE, ["state"], unique=True, postgresql_where=active)
    for statement in PROTECTION.statements(TABLE):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table(TABLE)
