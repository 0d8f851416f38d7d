"""Payments into wallets.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op

from aerostic.db.rls import Protection

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

CHECKS = {
    "state": "state IN ('open', 'paid', 'expired', 'failed', 'refunded')",
    "positive": "amount > 0",
    "refunded": "refunded BETWEEN 0 AND amount",
    "taken_back": "taken_back BETWEEN 0 AND refunded",
    "second_person": "confirmed_by <> started_by",
}


def upgrade() -> None:
    op.create_table(
        "payment",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("refunded", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("taken_back", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.CheckConstraint(rule, name=op.f(f"ck_payment_{name}")) for name, rule in CHECKS.items()),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_payment_tenant_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("provider", "reference", name=op.f("uq_payment_provider_reference")),
    )
    op.create_index("ix_payment_tenant_id", "payment", ["tenant_id", "id"])
    for statement in Protection().statements("payment"):
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("payment")
