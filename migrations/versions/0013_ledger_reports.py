"""Reports of verifying the books.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from aerostic.db.rls import Protection

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

COUNTS = ("milliseconds", "accounts", "transfers", "entries", "holds")
PROTECTION = Protection(tenant="", services=("cron",))


def upgrade() -> None:
    op.create_table(
        "ledger_report",
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        *(sa.Column(name, sa.BigInteger(), server_default="0", nullable=False) for name in COUNTS),
        sa.Column("findings", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_report")),
    )
    op.create_index("ix_ledger_report_asked_at", "ledger_report", ["asked_at"])
    for statement in PROTECTION.statements("ledger_report"):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("ledger_report")
